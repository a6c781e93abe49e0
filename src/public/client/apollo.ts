/**
 * A link for Apollo Client 4, which is an optional peer, as rxjs is.
 *
 * @module portcullis/client/apollo
 */
export { createAuthLink, resetOnUserChange } from '../../client/adapters/apollo.js';
