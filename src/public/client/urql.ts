/**
 * An exchange for urql; `@urql/core` is an optional peer.
 *
 * @module portcullis/client/urql
 */
export { authExchange } from '../../client/adapters/urql.js';
