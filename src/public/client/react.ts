/**
 * For React 18 and later: who is signed in, as a hook and as a component. Safe to render on a server.
 *
 * @module portcullis/client/react
 */
export { AuthProvider, Authenticated, useAuth } from '../../client/adapters/react.js';
export type { Auth, AuthProviderProps, AuthenticatedProps } from '../../client/adapters/react.js';
