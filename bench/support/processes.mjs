import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import pg from 'pg';
import { canPin } from './node.mjs';

const read = (path) => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};

/** What follows the name, which may have spaces in it: state, parent, … */
const statOf = (pid) =>
  read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ');

/** Nanoseconds of the processor that each thread of a process has had; nothing where there is no /proc. */
function nanosecondsOf(pid) {
  const [spent] = read(`/proc/${pid}/schedstat`)?.split(' ') ?? [];
  return Number(spent ?? NaN);
}

/** The processes of one PostgreSQL, seen from outside. */
export class PostgresProcesses {
  #postmaster;

  constructor(postmaster) {
    this.#postmaster = postmaster;
  }

  /** @param url of any of its databases, on this machine */
  static async of(url) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    const [, parent] = statOf(rows[0].pid) ?? [];
    await client.end();
    return new PostgresProcesses(parent);
  }

  #all() {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return [this.#postmaster, ...pids.filter((pid) => (statOf(pid) ?? [])[1] === this.#postmaster)];
  }

  /** Keeps those that run, and all that they start, to one core. */
  pin(core) {
    if (!canPin) return;
    for (const pid of this.#all()) spawnSync('taskset', ['-c', '-p', String(core), pid]);
  }

  /** Lets them run anywhere. */
  unpin(cores) {
    if (!canPin) return;
    for (const pid of this.#all()) spawnSync('taskset', ['-c', '-p', `0-${cores - 1}`, pid]);
  }

  /**
   * Begins to count. The function that it answers tells how many microseconds of the processor they have
   * had since; of those that ended or came meanwhile nothing counts. NaN where it cannot be known.
   */
  count() {
    const before = new Map(this.#all().map((pid) => [pid, nanosecondsOf(pid)]));
    return () => {
      let sum = 0;
      for (const [pid, spent] of before) {
        const now = nanosecondsOf(pid);
        if (!Number.isNaN(now)) sum += now - spent;
      }
      return before.size > 0 ? sum / 1_000 : NaN;
    };
  }
}
