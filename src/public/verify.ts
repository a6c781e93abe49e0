/**
 * For services that take our access tokens and have no access to our database: the same rules by the
 * JWKS (RFC 7517), the list of revocations over HTTP, and introspection (RFC 7662).
 *
 * @module portcullis/verify
 */
export { createResourceServer } from '../verify/index.js';
export type {
  AccessToken,
  Authenticated,
  ResourceServer,
  ResourceServerOptions,
  ServerEvent,
  ServerKnowledge,
  ServerUrls,
  Timeouts,
} from '../verify/index.js';
