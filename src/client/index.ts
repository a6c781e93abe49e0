export type { AuthClient, FieldPolicy, RequestOptions, TokenOptions } from './auth-client.js';
export { createAuthClient } from './client.js';
export { memoryStorage, webStorage } from './storage.js';
export { AuthError } from './types.js';
export type {
  AuthClientOptions,
  AuthEvent,
  AuthEventType,
  AuthSession,
  AuthState,
  AuthUser,
  Credentials,
  EndReason,
  GraphQLFailure,
  GraphQLResult,
  ReauthenticationRequest,
  TokenStorage,
} from './types.js';
