/**
 * Options for the client of graphql-ws, for subscriptions of whatever GraphQL client.
 *
 * @module portcullis/client/graphql-ws
 */
export { createSocketOptions } from '../../client/adapters/graphql-ws.js';
