/**
 * A network function for Relay; `relay-runtime` is an optional peer.
 *
 * @module portcullis/client/relay
 */
export { createFetchFunction } from '../../client/adapters/relay.js';
