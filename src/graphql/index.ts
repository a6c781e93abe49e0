export { createApollo } from './apollo.js';
export { createContext } from './context.js';
export type { GraphQLContext, RequestFacts } from './context.js';
export type { CookieKind, Cookies } from './cookies.js';
export { createGuard } from './guard.js';
export { RENEWED_TOKEN_HEADER } from './plugins/extras.js';
export { createPolicy, createSchema } from './schema.js';
