/**
 * For front ends: signs in, keeps signed in over tabs, sleep and bad networks, and destroys its tokens as soon as
 * the session ends anywhere. No dependencies; for browsers, Node, React Native and edge runtimes.
 *
 * @module portcullis/client
 */
export { AuthError, createAuthClient, memoryStorage, webStorage } from '../client/index.js';
export type {
  AuthClient,
  AuthClientOptions,
  AuthEvent,
  AuthEventType,
  AuthSession,
  AuthState,
  AuthUser,
  Credentials,
  EndReason,
  FieldPolicy,
  GraphQLFailure,
  GraphQLResult,
  ReauthenticationRequest,
  RequestOptions,
  TokenOptions,
  TokenStorage,
} from '../client/index.js';
