import { rm } from 'node:fs/promises';

export default async function globalTeardown() {
  const running = globalThis.portcullisTest;
  if (!running) return;
  await running.postgres.stop();
  await rm(running.dataDir, { recursive: true, force: true });
}
