// What 300,000 revoked sessions cost a node: memory, and time to look one up; beside a plain Map of
// objects, each in a process of its own.
import { Buffer } from 'node:buffer';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { build } from '../scripts/build.mjs';
import { median, round } from './support/numbers.mjs';
import { keep, machine, table } from './support/report.mjs';

const ENTRIES = 300_000;
const LOOK_UPS = 100_000;
const GROUP = 1_000;
const ROUNDS = 15;
const LIFETIME = 316_000;
/** As many as the feed brings by one look, so that no list of them all is alive. */
const BATCH = 1_000;

/** An id as the driver reads it out of a row: of type uuid[], one text in one piece. */
const UUID_ARRAY = 2951;
const parseArray = pg.types.getTypeParser(UUID_ARRAY, 'text');
const idFromRow = () => parseArray(`{${randomUUID()}}`)[0];

const subjects = {
  denylist: async () => {
    const { Denylist } = await import('../dist/revocation/index.js');
    const { systemClock } = await import('../dist/support/clock.js');
    const denylist = new Denylist(systemClock, LIFETIME);
    const revocation = (id) => ({
      kind: 'sessions',
      sessionIds: [id],
      reason: 'SESSION_REVOKED',
    });
    return {
      add: (ids) => denylist.addAll(ids.map((id) => ({ revocation: revocation(id), age: 0 }))),
      find: (sessionId) =>
        denylist.find({ sessionId, userId: 'ada', tokenEpoch: 0, globalEpoch: 0 }),
    };
  },
  'Map of objects': async () => {
    const sessions = new Map();
    return {
      add: (ids) => {
        for (const id of ids) {
          const until = performance.now() + LIFETIME;
          sessions.set(id, { reason: 'SESSION_REVOKED', until });
        }
      },
      find: (sessionId) => sessions.get(sessionId)?.reason,
    };
  },
};

/**
 * Nanoseconds a look-up, of each group: so short ones that few are interrupted by other processes. The
 * ids are fresh strings each time, as they come out of tokens.
 */
function* time(find, ids, expected) {
  const fresh = ids.map((id) => Buffer.from(id).toString());
  for (let at = 0; at < fresh.length; at += GROUP) {
    const group = fresh.slice(at, at + GROUP);
    let found = 0;
    const started = process.hrtime.bigint();
    for (const id of group) if (find(id) !== undefined) found += 1;
    const taken = Number(process.hrtime.bigint() - started);
    if (found !== (expected ? group.length : 0)) throw new Error(`${found} found`);
    yield taken / group.length;
  }
}

async function measure(name) {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  const { add, find } = await subjects[name]();
  add([idFromRow()]);
  const hits = [];
  const misses = Array.from({ length: LOOK_UPS }, idFromRow);
  const grown = () => {
    gc();
    gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = grown();
  for (let at = 0; at < ENTRIES; at += BATCH) {
    const ids = Array.from({ length: BATCH }, idFromRow);
    add(ids);
    // The sample's own strings are the entries' keys, and so are counted.
    for (const id of ids) if (hits.length < LOOK_UPS && Math.random() < 0.5) hits.push(id);
  }
  const heap = grown() - before;
  const rounds = { hit: [], miss: [] };
  for (let n = 0; n < ROUNDS; n += 1) {
    rounds.hit.push(...time(find, hits, true));
    rounds.miss.push(...time(find, misses, false));
  }
  return {
    heapMB: round(heap / 1e6, 1),
    bytesPerEntry: round(heap / ENTRIES),
    hitNs: round(median(rounds.hit)),
    missNs: round(median(rounds.miss)),
  };
}

const [, , subject] = process.argv;
if (subject !== undefined) {
  process.send(await measure(subject));
  process.disconnect();
} else {
  build();
  const results = { machine: machine(), entries: ENTRIES, subjects: {} };
  for (const name of Object.keys(subjects)) {
    const child = fork(fileURLToPath(import.meta.url), [name]);
    const [measured] = await once(child, 'message');
    results.subjects[name] = measured;
  }
  console.log(
    table(
      [`${ENTRIES} entries`, 'heap', 'bytes an entry', 'look-up, hit', 'look-up, miss'],
      Object.entries(results.subjects).map(([name, { heapMB, bytesPerEntry, hitNs, missNs }]) => [
        name,
        `${heapMB} MB`,
        bytesPerEntry,
        `${hitNs} ns`,
        `${missNs} ns`,
      ]),
    ),
  );
  console.log(
    `
Heap: growth of heapUsed and external after a full collection; the ids themselves (36 characters) are
in it. Look-ups: median of ${(ROUNDS * LOOK_UPS) / GROUP} groups of ${GROUP}, by strings that were never looked up before.
Load of the machine before: ${results.machine.loadBefore}.`,
  );
  keep('denylist', results);
}
