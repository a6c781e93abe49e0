import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { takeServerLock } from '../../../src/database/embedded/server-lock.js';
import { processStart } from '../../../src/database/embedded/process-identity.js';
import { cleanUp, killServer, newFolder, stranger } from './support.js';

afterEach(cleanUp);

describe('the lock of a data folder', () => {
  it.each([
    ['of a process that is gone', async () => goneHolder()],
    ['of a number that another process has now', async () => reusedHolder()],
    ['that was cut off by a power failure', async () => ''],
  ])('of thirty that find a lock %s, exactly one takes it', async (_, stale) => {
    const folder = await newFolder();
    await writeFile(join(folder, 'server.lock'), await stale());
    // They come in one after the other, so that each stands at another point of the taking.
    const attempts = await Promise.allSettled(
      Array.from({ length: 30 }, async (_, position) => {
        for (let turn = 0; turn < position; turn += 1) await setImmediate();
        return takeServerLock(folder);
      }),
    );
    const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === 'fulfilled') continue;
      expect(String(attempt.reason)).toContain(
        `Another Portcullis (pid ${process.pid}) already runs`,
      );
    }
    expect(await readdir(folder)).toEqual(['server.lock']);
    await winners[0]?.value.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('a lock that has passed to another is not released by its former holder', async () => {
    const folder = await newFolder();
    const lock = await takeServerLock(folder);
    await writeFile(join(folder, 'server.lock'), 'another holder');
    await lock.release();
    expect(await readFile(join(folder, 'server.lock'), 'utf8')).toBe('another holder');
  });

  it('a lock of a live process is kept', async () => {
    const folder = await newFolder();
    const { pid } = await stranger();
    const start = await processStart(Number(pid));
    await writeFile(join(folder, 'server.lock'), JSON.stringify({ pid, start }));
    await expect(takeServerLock(folder)).rejects.toThrow(
      `Another Portcullis (pid ${String(pid)}) already runs on ${folder}. ` +
        'Stop it, or set DATA_DIR to another folder.',
    );
  });
});

async function goneHolder(): Promise<string> {
  const process = await stranger();
  const start = await processStart(Number(process.pid));
  await killServer(process);
  return JSON.stringify({ pid: process.pid, start });
}

async function reusedHolder(): Promise<string> {
  const { pid } = await stranger();
  return JSON.stringify({ pid, start: 'another boot:1' });
}
