// Whether anything costs more where there are more sessions: one PostgreSQL with databases of ten thousand, a
// million and ten million sessions, asked in turn by the server's own use cases, statements and pools.
// SIZES=10000,100000 tries it out.
import { randomBytes } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import { startCluster, withUndo } from './support/cluster.mjs';
import { inWords, interleave, placedRatios, spread } from './support/interleave.mjs';
import { openLarge } from './support/large-database.mjs';
import { canPin, pinSelf, startNode } from './support/node.mjs';
import { round } from './support/numbers.mjs';
import { PostgresProcesses } from './support/processes.mjs';
import { keep, machine, say, table, writeBetween } from './support/report.mjs';
import { rounds } from './support/rounds.mjs';

const SIZES = (process.env.SIZES ?? '10000,1000000,10000000').split(',').map(Number);
const ROUNDS = Number(process.env.ROUNDS ?? rounds(15, 5));
/** Of what takes long or uses sessions up. */
const FEWER = Math.min(ROUNDS, 7);
/** Of each cell, in milliseconds; and the most that one may take, were a single turn that slow. */
const TURN = 250;
const CORE = { postgres: 0, load: 1 };
/**
 * A third of the memory, in huge pages where the machine has them: 4,500 for 8 GB (`sysctl vm.nr_hugepages=4500`).
 * What is asked about is in there: a page that is not costs 30 µs, and a check of a session that nobody asked
 * about for long needs four. SHARED_BUFFERS=1GB shows it.
 */
const SHARED_BUFFERS = process.env.SHARED_BUFFERS ?? `${Math.round(totalmem() / 3 / 2 ** 20)}MB`;
const AT_ONCE = 64;
const PAGE = 50;
/** At most 1.2 times as long as at the smallest size. */
const BAR = 1.2;
/** Sessions that a clean-up finds to be settled and forgotten. */
const DUE = 500;
const SECRET = randomBytes(48).toString('base64');
const ORIGIN = { ip: '198.51.100.7', userAgent: 'bench' };

const parallel = (count, work) => Promise.all(Array.from({ length: count }, work));
const tokenOf = ({ id, userId }) => ({ sessionId: id, userId, tokenEpoch: 0, globalEpoch: 0 });

/** Each is one turn; `count` says how many of what is told it did, if not one. */
async function measures() {
  const { cleanUp, listSessions, refresh, sessionsOfUser } =
    await import('../dist/services/index.js');
  const { encodeCursor } = await import('../dist/stores/index.js');
  const firstCheck = ({ firstChecker, draw }) => firstChecker.check(tokenOf(draw()));
  const check = ({ deps, read }, count) =>
    parallel(count, (_, at) => deps.checker.check(tokenOf(read[at])));
  const rotate = async ({ deps, draw }) => {
    const session = draw();
    const token = deps.refreshTokens.create(session.id, session.counter, session.secret);
    await refresh(deps, token, ORIGIN);
    session.counter += 1;
  };
  return [
    { name: 'check, one session', barred: true, turn: (room) => check(room, 1) },
    {
      name: `check, ${AT_ONCE} sessions at once`,
      barred: true,
      turn: (room) => check(room, AT_ONCE),
    },
    { name: 'its first check on a node', barred: true, turn: firstCheck },
    {
      name: `first checks, ${AT_ONCE} at once`,
      barred: true,
      turn: (room) => parallel(AT_ONCE, () => firstCheck(room)),
    },
    { name: 'refresh', barred: true, turn: rotate },
    {
      name: `refresh, ${AT_ONCE} at once`,
      barred: true,
      turn: (room) => parallel(AT_ONCE, () => rotate(room)),
    },
    {
      name: "a user's sessions, first page",
      barred: true,
      turn: ({ deps, draw }) => sessionsOfUser(deps, draw().userId, true),
    },
    {
      name: "a user's sessions, from one of them on",
      barred: true,
      turn: ({ deps, draw }) => {
        const { id, userId } = draw();
        return listSessions(deps, { filter: { userId }, first: PAGE, after: encodeCursor(id) });
      },
    },
    {
      name: "everybody's sessions, first page",
      barred: true,
      turn: ({ deps }) => listSessions(deps, { first: PAGE }),
    },
    {
      name: "everybody's sessions, from anywhere on",
      barred: true,
      turn: ({ deps, draw }) => {
        return listSessions(deps, { first: PAGE, after: encodeCursor(draw().id) });
      },
    },
    {
      name: 'clean-up, nothing due',
      turn: ({ deps, cleanUp: settings }) => cleanUp(deps, settings),
    },
    {
      name: `clean-up of ${DUE} sessions`,
      once: true,
      before: ({ makeDue }) => makeDue(DUE),
      turn: async ({ deps, cleanUp: settings }) => {
        const touched = await cleanUp(deps, settings);
        if (touched < DUE / 2) throw new Error(`cleaned up only ${touched}`);
      },
    },
    {
      name: 'start-up of a node',
      once: true,
      turn: async ({ url }) => {
        const node = await startNode({
          database: url,
          core: CORE.load,
          env: { PORTCULLIS_SECRET: SECRET },
        });
        return () => node.stop();
      },
    },
  ];
}

/** Milliseconds that a turn took, and microseconds of PostgreSQL's processor. */
async function cell(room, { turn, before, once }, processes) {
  await before?.(room);
  // The first turn opens connections that were closed meanwhile.
  if (!once) await turn(room);
  const spent = processes.count();
  const began = performance.now();
  let turns = 0;
  let after;
  do {
    after = await turn(room);
    turns += 1;
  } while (!once && performance.now() - began < TURN);
  const milliseconds = (performance.now() - began) / turns;
  const processor = spent() / turns / 1_000;
  if (typeof after === 'function') await after();
  return { milliseconds, processor };
}

const results = await withUndo(async (defer) => {
  const where = { ...machine(), pinned: canPin, sharedBuffers: SHARED_BUFFERS };
  // Nobody follows it, so indexes are built without a log: the databases are filled in three quarters of the time.
  const alone = { wal_level: 'minimal', max_wal_senders: '0' };
  const settings = { shared_buffers: SHARED_BUFFERS, max_wal_size: '16GB', ...alone };
  const cluster = await startCluster({ settings });
  defer(cluster.stop);
  const rooms = {};
  for (const size of SIZES) {
    say(`filling a database with ${size} sessions…`);
    rooms[size] = await openLarge(cluster, defer, { sessions: size, secret: SECRET });
    rooms[size].read = rooms[size].take(AT_ONCE);
  }
  for (const size of SIZES) {
    say(`reading that of ${size} into shared_buffers…`);
    await rooms[size].warm();
  }
  const processes = await PostgresProcesses.of(rooms[SIZES[0]].url);
  processes.pin(CORE.postgres);
  defer(() => processes.unpin(availableParallelism()));
  pinSelf(CORE.load);
  const found = [];
  for (const measure of await measures()) {
    say(`${measure.name}…`);
    const names = SIZES.map(String);
    const one = (name) => cell(rooms[name], measure, processes);
    const samples = await interleave(names, measure.once ? FEWER : ROUNDS, one);
    const base = samples[names[0]];
    const bySize = names.map((name) => ({
      sessions: Number(name),
      milliseconds: spread(samples[name].map(({ milliseconds }) => milliseconds)),
      ratio: placedRatios(samples[name], base, 'milliseconds'),
      processor: spread(samples[name].map(({ processor }) => processor)),
      processorRatio: placedRatios(samples[name], base, 'processor'),
    }));
    say(names.map((name, at) => `  ${name}: ${bySize[at].milliseconds.median} ms`).join('\n'));
    found.push({ name: measure.name, barred: measure.barred === true, bySize });
  }
  const databases = SIZES.map((size) => {
    const { seconds, size: bytes } = rooms[size];
    return { sessions: size, fillSeconds: round(seconds, 1), bytes };
  });
  return { machine: where, rounds: ROUNDS, bar: BAR, databases, found };
});

const [smallest, ...larger] = SIZES;
const MB = (bytes) => `${round(Number(bytes) / 2 ** 20)} MB`;
const text = `${table(
  ['', `at ${smallest}`, ...larger.flatMap((size) => [`at ${size}`, "PostgreSQL's processor"])],
  results.found.map(({ name, barred, bySize: [base, ...others] }) => [
    name,
    `${base.milliseconds.median} ms`,
    ...others.flatMap(({ ratio, processorRatio }) => [
      `${inWords(ratio)}${barred && ratio.median > BAR ? ', over 1.2' : ''}`,
      inWords(processorRatio),
    ]),
  ]),
)}

${table(
  ['sessions', 'filled in', 'their table', 'its indexes', 'the whole database'],
  results.databases.map(({ sessions, fillSeconds, bytes }) => [
    ...[sessions, `${fillSeconds} s`, MB(bytes.table), MB(bytes.indexes), MB(bytes.all)],
  ]),
)}

Times as multiples of those at ${smallest} sessions in the same round, median of ${ROUNDS} rounds (the last two
rows: ${FEWER}), and where that lies, 95 % sure. Which session is asked about is drawn from the whole table; shared_buffers is ${SHARED_BUFFERS}, in huge pages: ${results.databases[0].bytes.hugePages}; every
table was read once by its indexes. PostgreSQL was${canPin ? '' : ' not'} kept to a core of its own.
Load of the machine before: ${results.machine.loadBefore}.`;
console.log(text);
keep('growth', results);
await writeBetween('docs/scale.md', 'bench:growth', text);
