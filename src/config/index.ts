export { readConfig } from './config.js';
export type { Config } from './config.js';
export { describeConfig } from './describe.js';
export type { OptionValue } from './describe.js';
export { JWKS_MAX_AGE, OPTIONS } from './options.js';
export type { RedisTarget } from './redis-url.js';
export { ensureSecret } from './secret.js';
export { VERSION } from './version.js';
export type { SchemeName, SchemeSettings } from './scheme.js';
