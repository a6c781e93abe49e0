// What revoked sessions cost a node: memory, time to look one up, and time to load them all when it starts;
// beside a plain Map of objects, each in a process of its own.
import { Buffer } from 'node:buffer';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { startCluster, withUndo } from './support/cluster.mjs';
import { inWords, spread } from './support/interleave.mjs';
import { median, round } from './support/numbers.mjs';
import { keep, machine, say, table, writeBetween } from './support/report.mjs';
import { rounds } from './support/rounds.mjs';

const SIZES = (process.env.SIZES ?? '10000,300000,3000000').split(',').map(Number);
const LOOK_UPS = 100_000;
const GROUP = 1_000;
const ROUNDS = rounds(15, 5);
const LIFETIME = 316_000;
/** As many as the feed brings by one look, so that no list of them all is alive. */
const BATCH = 1_000;
/** Times that a node loads them. */
const LOADS = 3;
/** Milliseconds, of each load. */
const PATIENCE = 90_000;

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

async function measure(name, entries) {
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
  for (let at = 0; at < entries; at += BATCH) {
    const ids = Array.from({ length: BATCH }, idFromRow);
    add(ids);
    // The sample's own strings are the entries' keys, and so are counted.
    for (const id of ids) {
      if (hits.length < LOOK_UPS && Math.random() < (1.5 * LOOK_UPS) / entries) hits.push(id);
    }
  }
  const heap = grown() - before;
  const rounds = { hit: [], miss: [] };
  for (let n = 0; n < ROUNDS; n += 1) {
    rounds.hit.push(...time(find, hits, true));
    rounds.miss.push(...time(find, misses, false));
  }
  return {
    heapMB: round(heap / 1e6, 1),
    bytesPerEntry: round(heap / entries),
    hitNs: round(median(rounds.hit)),
    missNs: round(median(rounds.miss)),
  };
}

/** Of moments to come, so that none has become too old when it is loaded. */
const FILL = `
  INSERT INTO revocations (at, kind, session_ids, reason)
  SELECT now() + interval '5 minutes' * (n / $1::float8), 'sessions', ARRAY[gen_random_uuid()], 'SESSION_REVOKED'
  FROM generate_series(1, $1::integer) AS n`;

/** Milliseconds of a feed's first look and of taking in what it brought, and the memory at its height. */
async function load(url, entries) {
  const { Database } = await import('../dist/database/index.js');
  const { FeedReader } = await import('../dist/stores/index.js');
  const { Denylist } = await import('../dist/revocation/index.js');
  const { systemClock } = await import('../dist/support/clock.js');
  const database = new Database(url);
  const denylist = new Denylist(systemClock, LIFETIME);
  const options = { lifetime: LIFETIME, now: () => null, onRing: () => undefined };
  const feed = await FeedReader.open(database, options);
  const began = performance.now();
  const { items } = await feed.read();
  denylist.replaceAll(items);
  const milliseconds = performance.now() - began;
  if (denylist.size !== entries) throw new Error(`${denylist.size} of ${entries} loaded`);
  feed.close();
  await database.close();
  return { milliseconds, peakMB: process.resourceUsage().maxRSS / 1_024 };
}

/** Runs one measurement in a process of its own. Answers undefined where that fails. */
async function apart(...asked) {
  const child = fork(fileURLToPath(import.meta.url), asked.map(String), {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  child.stderr.resume();
  const ended = once(child, 'exit').then(() => []);
  const [measured] = await Promise.race([once(child, 'message'), ended]);
  await ended;
  return measured;
}

async function loads(cluster, entries) {
  const { migrate } = await import('../dist/database/index.js');
  const url = await cluster.createDatabase(`denylist_${entries}`);
  await migrate(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(FILL, [entries]);
  await client.query('VACUUM ANALYZE revocations');
  const measured = [];
  for (let n = 0; n < LOADS; n += 1) {
    measured.push(await apart('load', entries, url));
  }
  await client.end();
  const good = measured.filter(Boolean);
  if (good.length < LOADS) return undefined;
  return {
    milliseconds: spread(
      good.map(({ milliseconds }) => milliseconds),
      0,
    ),
    peakMB: round(median(good.map(({ peakMB }) => peakMB))),
  };
}

const [, , task, count, url] = process.argv;
if (task !== undefined) {
  const work = task === 'load' ? load(url, Number(count)) : measure(task, Number(count));
  process.send(await work);
  process.disconnect();
} else {
  const results = await withUndo(async (defer) => {
    const where = machine();
    const cluster = await startCluster();
    defer(cluster.stop);
    const bySize = [];
    for (const entries of SIZES) {
      say(`${entries} entries…`);
      const found = {};
      for (const name of Object.keys(subjects)) found[name] = await apart(name, entries);
      bySize.push({ entries, subjects: found, load: await loads(cluster, entries) });
    }
    return { machine: where, bySize };
  });
  const [{ subjects: base }] = results.bySize;
  const look = (name, kind, value) => `${value} ns (${round(value / base[name][kind], 2)})`;
  const text = `${table(
    [
      'entries',
      '',
      'heap',
      'bytes an entry',
      'look-up, hit',
      'look-up, miss',
      'loaded in',
      'memory at most',
    ],
    results.bySize.flatMap(({ entries, subjects: found, load: loaded }) =>
      Object.entries(found).map(([name, { heapMB, bytesPerEntry, hitNs, missNs }]) => [
        ...[entries, name, `${heapMB} MB`, bytesPerEntry],
        ...[look(name, 'hitNs', hitNs), look(name, 'missNs', missNs)],
        ...(name !== 'denylist'
          ? ['', '']
          : loaded
            ? [`${inWords(loaded.milliseconds)} ms`, `${loaded.peakMB} MB`]
            : ['not loaded', '']),
      ]),
    ),
  )}

Heap: growth of heapUsed and external after a full collection; the ids themselves (36 characters) are
in it. Look-ups: median of ${ROUNDS} rounds in groups of ${GROUP}, by strings that were never looked up before, and as a
multiple of that among ${SIZES[0]}. Loaded: the feed's first look and what it brings, median of ${LOADS} (least to most), a
revocation an entry. Load of the machine before: ${results.machine.loadBefore}.`;
  console.log(text);
  keep('denylist', results);
  await writeBetween('docs/scale.md', 'bench:denylist', text);
}
