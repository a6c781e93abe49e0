import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

export default async function globalTeardown() {
  const { folder, postgres, dataDir, redis } = globalThis.portcullisTest ?? {};
  redis?.kill('SIGKILL');
  await postgres?.stop();
  const { TEST_CANARY: kept } = process.env;
  if (postgres && kept) {
    await copyFile(join(dataDir, 'postgres.log'), join(kept, 'postgres.statements'));
  }
  if (folder) await rm(folder, { recursive: true, force: true });
}
