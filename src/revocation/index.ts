export { Checker } from './checker.js';
export type { CheckerOptions, ReadStates } from './checker.js';
export { Denylist } from './denylist.js';
export type { AgedRevocation, RevocableToken } from './denylist.js';
export { Feed } from './feed.js';
export type { FeedOptions, FeedSource } from './feed.js';
export { Presence } from './presence.js';
export { SessionTokens } from './session-tokens.js';
export { Waker } from './waker.js';
