import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

export default async function globalTeardown() {
  const { postgres, dataDir, redis } = globalThis.portcullisTest ?? {};
  redis?.kill('SIGKILL');
  if (!postgres) return;
  await postgres.stop();
  const { TEST_CANARY: kept } = process.env;
  if (kept) await copyFile(join(dataDir, 'postgres.log'), join(kept, 'postgres.statements'));
  await rm(dataDir, { recursive: true, force: true });
}
