export { HandshakeCookies } from './handshake-cookies.js';
export { siteOf } from './site.js';
export { RequestCookies } from './request-cookies.js';
export type { CookieSettings } from './request-cookies.js';
