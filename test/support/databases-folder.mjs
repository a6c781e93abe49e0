import { access, chmod, constants, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux's file system in memory: a database of one's own for each test took a tenth of the time there. */
const MEMORY = '/dev/shm';
const NEEDED = 2 ** 31;
const NAME = 'portcullis-test-';

/** Where the databases of a run lie; in memory where there is room. */
export async function databasesFolder() {
  const base = (await hasRoom()) ? MEMORY : tmpdir();
  if (base === MEMORY) await removeAbandoned();
  const folder = await mkdtemp(join(base, `${NAME}${process.pid}-`));
  await chmod(folder, 0o755);
  return folder;
}

async function hasRoom() {
  try {
    await access(MEMORY, constants.W_OK);
    const { bavail, bsize } = await statfs(MEMORY);
    return bavail * bsize >= NEEDED;
  } catch {
    return false;
  }
}

/** A run that was killed has left its databases in memory. */
async function removeAbandoned() {
  const names = (await readdir(MEMORY)).filter((name) => name.startsWith(NAME));
  for (const name of names) {
    const [pid] = name.slice(NAME.length).split('-');
    if (!isAlive(Number(pid))) {
      await rm(join(MEMORY, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}
