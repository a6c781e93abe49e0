import { rm } from 'node:fs/promises';

export default async function globalTeardown() {
  const { postgres, dataDir, redis } = globalThis.portcullisTest ?? {};
  redis?.kill('SIGKILL');
  if (!postgres) return;
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
