import { setTimeout as delay } from 'node:timers/promises';

import type { Postmaster } from './postmaster.js';

const RETRY_MS = 1_000;

/**
 * Starts PostgreSQL, and again on the same port whenever it dies by itself, so that whoever is
 * connected only has to connect again.
 *
 * @param launch starts it on the given port, or on a free one
 * @throws StartupError when it does not start the first time.
 */
export async function keepRunning(
  launch: (port?: number) => Promise<Postmaster>,
  onStep: (line: string) => void,
): Promise<Postmaster> {
  let current = await launch();
  const { port } = current;
  const stopping = new AbortController();

  const pause = () =>
    delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
  const relaunch = async (): Promise<void> => {
    onStep('PostgreSQL: died and is started again');
    try {
      current = await launch(port);
      if (stopping.signal.aborted) await current.stop();
    } catch (error) {
      onStep(`PostgreSQL: ${error instanceof Error ? error.message : 'did not start'}`);
      await pause();
    }
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      const since = performance.now();
      await current.exited;
      // One that dies at once would otherwise be started without end and without a breath.
      if (performance.now() - since < RETRY_MS) await pause();
      if (stopping.signal.aborted) return;
      await relaunch();
    }
  };

  const exited = watch();
  return {
    port,
    exited,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await exited;
    },
  };
}
