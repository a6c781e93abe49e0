import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { build } from '../../scripts/build.mjs';

/**
 * A PostgreSQL of the benchmark's own, crash-safe as in production; nothing is left of it after `stop`.
 * Brings dist/ up to date first, since that is what is measured.
 * @param {object} options
 * @param {Record<string, string>} [options.settings] of the server, by name
 */
export async function startCluster({ settings } = {}) {
  build();
  const { startEmbeddedPostgres } = await import('../../dist/database/index.js');
  const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    settings: { max_connections: '300', ...settings },
  });
  return {
    /** Makes an empty database and answers its URL. */
    createDatabase: async (name) => {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    stop: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs the work, and stops what it started in the reverse order, whatever becomes of it. */
export async function withUndo(work) {
  const undo = [];
  let stopping;
  // Once: who comes second, be it a signal or a failure that it caused, waits for the same end.
  const stopAll = () => (stopping ??= stopEach());
  const stopEach = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  const interrupted = () => void stopAll().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await work((step) => undo.push(step));
  } finally {
    await stopAll();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}
