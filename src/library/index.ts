export type { PortcullisContext, PortcullisRequest } from './context.js';
export { createPortcullis } from './portcullis.js';
export type { Portcullis, PortcullisOptions } from './portcullis.js';
export type { Rename } from './renames.js';
export type { RequestHeaders, RequestLike } from './request.js';
export type { ResolverMap } from './resolvers.js';
export type { ResponseLike } from './response.js';
export type { Services } from './services.js';
export type { SettingName, Settings } from './settings.js';
