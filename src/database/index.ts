export { afterCommit } from './after-commit.js';
export { Database } from './database.js';
export type { Executor } from './database.js';
export { DedicatedConnection } from './dedicated.js';
export { SQLSTATE, StatementError, sqlStateOf } from './failures.js';
export { migrate } from './migrator.js';
export { pendingMigrations } from './migration-files.js';
export { prepareDatabase } from './server-role.js';
export type { DatabaseAccess } from './server-role.js';
export {
  embeddedAccess,
  findRunningEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded/index.js';
export type { EmbeddedPostgres } from './embedded/index.js';
export { unlessLate } from './unless-late.js';
