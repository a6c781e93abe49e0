export { createResourceServer } from './resource-server.js';
export type { ResourceServer, ServerKnowledge } from './resource-server.js';
export type { Authenticated } from './authenticate.js';
export type { ResourceServerOptions, ServerEvent, ServerUrls, Timeouts } from './options.js';
export type { AccessToken } from '../tokens/index.js';
