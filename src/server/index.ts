export { createLog } from './log.js';
export type { Log } from './log.js';
export type { Node } from './node.js';
export { startServer } from './start.js';
export type { RunningServer, StartOptions } from './start.js';
