export { HandshakeCookies } from './handshake-cookies.js';
export { siteOf } from './site.js';
export { RequestCookies } from './request-cookies.js';
export type { CookieSettings, PutCookie } from './request-cookies.js';
export { withCookie } from './form.js';
export { onReply } from './on-reply.js';
