// Each scheme side by side: what it asks the database, what it costs in throughput, and how long a
// revoked token goes on working on another node. Writes the table of docs/schemes.md.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startCluster, withUndo } from './support/cluster.mjs';
import { registerMany, requestBytes } from './support/connection.mjs';
import { lifetimes } from './support/lifetimes.mjs';
import { missedChecks, openConnections, requestsOf, throughput } from './support/load.mjs';
import { canPin, pinSelf, startNode } from './support/node.mjs';
import { median, round } from './support/numbers.mjs';
import { startRedis, startRedisWire } from './support/redis.mjs';
import { keep, machine, say, table, writeBetween } from './support/report.mjs';
import { rounds } from './support/rounds.mjs';
import { startWire } from './support/wire.mjs';

const CONNECTIONS = 64;
const COUNTED = rounds(1_000, 500);
/** One count takes no longer, so that a busy machine does not count for ever. */
const COUNT_MS = 2_000;
const ROUNDS = rounds(7, 5);
const ROUND_MS = rounds(500, 300);
const WARM_UP_MS = 700;
const IDLE_MS = rounds(30_000, 10_000);
const CORE = { server: 0, load: 1 };
/** Schemes that are measured with their sessions in Redis, too. */
const ON_REDIS = ['refresh', 'checked', 'opaque'];

const QUERIES = { auth: '{ me { id } }', critical: '{ mySessions { id } }' };
const FLOOR = fileURLToPath(new URL('./subjects/portcullis.mjs', import.meta.url));

/** No token is renewed while requests are counted: what a renewal costs is counted by itself. */
const LONG = { refresh: 'ACCESS_TTL', checked: 'ACCESS_TTL', sliding: 'SLIDING_WINDOW' };
const longLived = (scheme) => (LONG[scheme] ? { [LONG[scheme]]: '60m' } : {});

/**
 * One scheme's database with two nodes, the second behind proxies that count, and users who are signed
 * in; or the floor's, which knows nobody.
 */
async function openRoom({ cluster, defer }, { name, scheme, onRedis }) {
  const database = await cluster.createDatabase(onRedis ? `${scheme}_redis` : scheme);
  const wire = await startWire(database);
  defer(wire.stop);
  const redis = onRedis ? await startRedis() : undefined;
  if (redis) defer(redis.stop);
  const redisWire = redis && (await startRedisWire(redis.url));
  if (redisWire) defer(redisWire.stop);
  const isFloor = scheme === 'none';
  const start = async (url, redisUrl) => {
    const store = redisUrl ? { SESSION_STORE: 'redis', REDIS_URL: redisUrl } : {};
    const node = await startNode({
      database: url,
      core: Object.values(CORE).join(),
      env: isFloor
        ? { WAY: 'open' }
        : { PORTCULLIS_SCHEME: scheme, ...longLived(scheme), ...store },
      ...(isFloor ? { run: [FLOOR] } : {}),
    });
    defer(node.stop);
    return { ...node, connections: openConnections(node.url, CONNECTIONS) };
  };
  const timed = await start(database, redis?.url);
  const counted = await start(wire.url, redisWire?.url);
  const users = isFloor ? [] : await registerMany(timed.url, CONNECTIONS, 'ada');
  const requests = (query) =>
    Array.from({ length: CONNECTIONS }, (_, at) =>
      requestBytes(query, isFloor ? {} : { token: users[at].accessToken }),
    );
  const asked = { auth: requests(QUERIES.auth), critical: requests(QUERIES.critical) };
  return { name, scheme, wire, redisWire, timed, counted, requests: asked };
}

/** Statements and commands per 1,000 requests, at 1 and at 64 connections; the resolver's own are in it. */
async function countReads({ wire, redisWire, counted: { connections }, requests }, kind) {
  const found = {};
  for (const n of [1, CONNECTIONS]) {
    const some = connections.slice(0, n);
    await requestsOf(some, requests[kind], 2 * n, COUNT_MS);
    const before = { sql: wire.asked, redis: redisWire?.asked };
    const answered = await requestsOf(some, requests[kind], COUNTED, COUNT_MS);
    const per = (count) => (count * 1_000) / answered;
    found[n] = {
      sql: per(wire.asked - before.sql),
      ...(redisWire ? { redis: per(redisWire.asked - before.redis) } : {}),
    };
  }
  return found;
}

async function countAll(rooms) {
  say('counting reads…');
  const found = {};
  for (const room of rooms) {
    found[room.name] = {
      auth: await countReads(room, 'auth'),
      critical: await countReads(room, 'critical'),
    };
  }
  say('counting statements of idle nodes…');
  const before = rooms.map(({ wire }) => wire.asked + wire.background);
  await delay(IDLE_MS);
  rooms.forEach(({ name, wire }, at) => {
    const statements = wire.asked + wire.background - before[at];
    found[name].idlePerSecond = round((statements * 1_000) / IDLE_MS, 2);
  });
  return found;
}

/** Requests a second of all schemes, one after the other in each round, the floor before and after. */
async function timeAll(rooms) {
  const run = ({ timed, requests }, kind, ms) => throughput(timed.connections, requests[kind], ms);
  const found = {};
  for (const kind of ['auth', 'critical']) {
    say(`throughput of ${QUERIES[kind]}…`);
    for (const room of rooms) await run(room, kind, WARM_UP_MS);
    const rates = Object.fromEntries(rooms.map(({ name }) => [name, []]));
    for (let n = 0; n < ROUNDS; n += 1) {
      for (const room of rooms) rates[room.name].push(await run(room, kind, ROUND_MS));
    }
    const [floor, ...gated] = rooms;
    // The floor's rate of the round and of the next one: what slows the machine, slows both.
    rates.none.push(await run(floor, kind, ROUND_MS));
    const floorOf = (at) => (rates.none[at] + rates.none[at + 1]) / 2;
    for (const { name } of [floor, ...gated]) {
      const relative = rates[name].slice(0, ROUNDS).map((rate, at) => rate / floorOf(at));
      found[name] ??= {};
      found[name][kind] = {
        perSecond: round(median(rates[name])),
        relative: round(median(relative), 2),
        least: round(Math.min(...relative), 2),
        most: round(Math.max(...relative), 2),
      };
    }
  }
  return found;
}

const started = performance.now();
const results = await withUndo(async (defer) => {
  const where = { ...machine(), pinned: canPin };
  // The load, the proxies and PostgreSQL share one core; servers have the other.
  pinSelf(CORE.load);
  const cluster = await startCluster();
  defer(cluster.stop);
  const { SCHEME_NAMES } = await import('../dist/config/scheme.js');
  const world = { cluster, defer };
  const plans = [
    ...['none', ...SCHEME_NAMES].map((scheme) => ({ name: scheme, scheme })),
    ...ON_REDIS.map((scheme) => ({ name: `${scheme}, Redis`, scheme, onRedis: true })),
  ];
  say('starting two nodes of each scheme…');
  const rooms = await Promise.all(plans.map((plan) => openRoom(world, plan)));
  // Not sooner: to start them and to sign everybody in is more than half as long on two cores.
  for (const { timed, counted } of rooms) [timed, counted].forEach((node) => node.pin(CORE.server));
  const counted = await countAll(rooms);
  const timed = await timeAll(rooms);
  const life = {};
  for (const room of rooms.slice(1)) {
    say(`lives of revoked tokens: ${room.name}`);
    life[room.name] = await lifetimes(world, room);
  }
  for (const { timed: one, counted: other } of rooms) {
    for (const connection of [...one.connections, ...other.connections]) connection.close();
  }
  return { machine: where, missedChecks: missedChecks(), floor: timed.none, counted, timed, life };
});
results.seconds = round((performance.now() - started) / 1_000);

/** What the gate asks beside what the field itself asks, at 1 and at 64 connections. */
const reads = (name, kind) => {
  const { counted } = results;
  const beside = (n, from) => {
    const floor = from === 'sql' ? counted.none[kind][n].sql : 0;
    return round(Math.max(0, counted[name][kind][n][from] - floor));
  };
  const both = (from) => `${beside(1, from)} / ${beside(CONNECTIONS, from)}`;
  const onRedis = counted[name][kind][1].redis !== undefined;
  return onRedis ? `${both('sql')} SQL, ${both('redis')} Redis` : both('sql');
};
const relative = ({ relative: middle, least, most }) =>
  `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;

const rows = Object.keys(results.life).map((name) => {
  const { life, timed } = results;
  const [scheme, ...where] = name.split(',');
  return [
    [`\`${scheme}\``, ...where].join(','),
    reads(name, 'auth'),
    reads(name, 'critical'),
    life[name].renewal,
    relative(timed[name].auth),
    relative(timed[name].critical),
    life[name].auth.says,
    life[name].critical.says,
  ];
});
const head = [
  'scheme',
  'reads per 1,000 `@auth` requests, 1 / 64 connections',
  'the same, `@critical`',
  'statements a renewal',
  'throughput, `@auth`',
  'throughput, `@critical`',
  'revoked token works on, `@auth`',
  'the same, `@critical`',
];
const { machine: where, floor } = results;
const idle = Object.keys(results.life)
  .map((name) => `${name} ${results.counted[name].idlePerSecond}`)
  .join(', ');
const text = `${table(head, rows)}

Measured at ${where.at.slice(0, 16).replace('T', ' ')} UTC on ${where.cpu}, Node.js ${where.node}; the
load of the machine before was ${where.loadBefore}. Statements a second of an idle node: ${idle}. The server
without a gate answered ${floor.auth.perSecond} (\`${QUERIES.auth}\`) and ${floor.critical.perSecond}
(\`${QUERIES.critical}\`) requests a second. Checks that took too long, of all: ${results.missedChecks}.`;
console.log(text);
keep('schemes', results);
await writeBetween('docs/schemes.md', 'bench:schemes', text);
