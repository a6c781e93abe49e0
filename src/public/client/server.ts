/**
 * For servers that render pages (SSR) of whoever is signed in by cookie: hands out their access token, and never
 * refreshes while it is read.
 *
 * @module portcullis/client/server
 */
export { createServerAuth } from '../../client/server/server-auth.js';
export type {
  PageRequest,
  PageSession,
  RefreshedSession,
  ServerAuth,
  ServerAuthOptions,
} from '../../client/server/server-auth.js';
