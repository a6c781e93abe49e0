/**
 * Per-field freshness for a GraphQL server: sign-in, sessions, revocation, and directives that enforce.
 *
 * @module portcullis
 */
export { createPortcullis } from '../library/index.js';
export type {
  Portcullis,
  PortcullisContext,
  PortcullisOptions,
  PortcullisRequest,
  Rename,
  RequestHeaders,
  RequestLike,
  ResolverMap,
  ResponseLike,
  Services,
  Settings,
} from '../library/index.js';
export { PortcullisError, StartupError } from '../errors/index.js';
export type { MercuriusServer, YogaPlugin } from '../adapters/index.js';
export type { Condition, Conditions } from '../directives/index.js';
export type { QueryLimits } from '../limits/index.js';
export type { DirectiveNames, Policy, PolicyEntry, Requirement } from '../policy/index.js';
export type { DirectoryUser, Profile, UserDirectory } from '../services/index.js';
export type { AccessToken, OwnClaims } from '../tokens/index.js';
