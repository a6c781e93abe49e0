import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../config/index.js';
import { startEmbeddedPostgres } from '../../database/index.js';
import { createLog, startServer } from '../../server/index.js';
import type { Stage } from './stage.js';

/** Long enough for two requests on a busy machine, short enough to be waited out. */
const GRACE_SECONDS = 2;

/** Two nodes on an empty database of their own; nothing is left of it after `stop`. */
export interface OwnServers extends Stage {
  stop(): Promise<void>;
}

export async function startOwnServers(onStep: (line: string) => void): Promise<OwnServers> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-tour-'));
  const undo = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: folder, durable: false, onStep });
    undo.push(() => postgres.stop());
    const admin = { email: 'admin@example.com', password: randomBytes(18).toString('base64url') };
    const environment = {
      PORT: '0',
      DATABASE_URL: postgres.url,
      DATA_DIR: folder,
      LOG_LEVEL: 'error',
      PORTCULLIS_ADMIN_EMAIL: admin.email,
      PORTCULLIS_ADMIN_PASSWORD: admin.password,
      REFRESH_GRACE: `${GRACE_SECONDS}s`,
    };
    const config = readConfig(environment);
    const startNode = async () => {
      const server = await startServer({ config, log: createLog(config.logLevel) });
      undo.push(() => server.stop());
      await server.ready;
      return server.url;
    };
    const url = await startNode();
    const other = await startNode();
    return { url, admin, own: { other, grace: GRACE_SECONDS * 1_000 }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
