import { readConfig } from '../config/index.js';
import { start } from './start.js';
await start(readConfig(process.env));
