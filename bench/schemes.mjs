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
import { keep, machine, say, table, writeBetween } from './support/report.mjs';
import { startWire } from './support/wire.mjs';

const CONNECTIONS = 64;
const COUNTED = 1_000;
/** One count takes no longer, so that a busy machine does not count for ever. */
const COUNT_MS = 2_000;
const ROUNDS = 7;
const ROUND_MS = 500;
const WARM_UP_MS = 700;
/** Clean-ups come once a minute. */
const IDLE_MS = 60_000;
const CORE = { server: 0, load: 1 };

const QUERIES = { auth: '{ me { id } }', critical: '{ mySessions { id } }' };
const FLOOR = fileURLToPath(new URL('./support/open-server.mjs', import.meta.url));

/** No token is renewed while requests are counted: what a renewal costs is counted by itself. */
const LONG = { refresh: 'ACCESS_TTL', checked: 'ACCESS_TTL', sliding: 'SLIDING_WINDOW' };
const longLived = (scheme) => (LONG[scheme] ? { [LONG[scheme]]: '60m' } : {});

/**
 * One scheme's database with two nodes, the second behind a proxy that counts, and users who are signed
 * in; or the floor's, which knows nobody.
 */
async function openRoom({ cluster, defer }, scheme) {
  const database = await cluster.createDatabase(scheme);
  const wire = await startWire(database);
  defer(wire.stop);
  const isFloor = scheme === 'none';
  const start = async (url) => {
    const node = await startNode({
      database: url,
      core: CORE.server,
      env: isFloor ? {} : { PORTCULLIS_SCHEME: scheme, ...longLived(scheme) },
      ...(isFloor ? { run: [FLOOR] } : {}),
    });
    defer(node.stop);
    return { ...node, connections: openConnections(node.url, CONNECTIONS) };
  };
  const timed = await start(database);
  const counted = await start(wire.url);
  const users = isFloor ? [] : await registerMany(timed.url, CONNECTIONS, 'ada');
  const requests = (query) =>
    Array.from({ length: CONNECTIONS }, (_, at) =>
      requestBytes(query, isFloor ? {} : { token: users[at].accessToken }),
    );
  const asked = { auth: requests(QUERIES.auth), critical: requests(QUERIES.critical) };
  return { scheme, wire, timed, counted, requests: asked };
}

/** Statements per 1,000 requests, at 1 and at 64 connections; the resolver's own are in it. */
async function countStatements({ wire, counted: { connections }, requests }, kind) {
  const found = {};
  for (const n of [1, CONNECTIONS]) {
    const some = connections.slice(0, n);
    await requestsOf(some, requests[kind], 2 * n, COUNT_MS);
    const before = wire.asked;
    const answered = await requestsOf(some, requests[kind], COUNTED, COUNT_MS);
    found[n] = ((wire.asked - before) * 1_000) / answered;
  }
  return found;
}

async function countAll(rooms) {
  say('counting statements…');
  const found = {};
  for (const room of rooms) {
    found[room.scheme] = {
      auth: await countStatements(room, 'auth'),
      critical: await countStatements(room, 'critical'),
    };
  }
  say('counting statements of idle nodes…');
  const before = rooms.map(({ wire }) => wire.asked + wire.background);
  await delay(IDLE_MS);
  rooms.forEach(({ scheme, wire }, at) => {
    const statements = wire.asked + wire.background - before[at];
    found[scheme].idlePerSecond = round((statements * 1_000) / IDLE_MS, 2);
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
    const rates = Object.fromEntries(rooms.map(({ scheme }) => [scheme, []]));
    for (let n = 0; n < ROUNDS; n += 1) {
      for (const room of rooms) rates[room.scheme].push(await run(room, kind, ROUND_MS));
    }
    const [floor, ...gated] = rooms;
    // The floor's rate of the round and of the next one: what slows the machine, slows both.
    rates.none.push(await run(floor, kind, ROUND_MS));
    const floorOf = (at) => (rates.none[at] + rates.none[at + 1]) / 2;
    for (const { scheme } of [floor, ...gated]) {
      const relative = rates[scheme].slice(0, ROUNDS).map((rate, at) => rate / floorOf(at));
      found[scheme] ??= {};
      found[scheme][kind] = {
        perSecond: round(median(rates[scheme])),
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
  const schemes = ['none', ...SCHEME_NAMES];
  say('starting two nodes of each scheme…');
  const rooms = await Promise.all(schemes.map((scheme) => openRoom(world, scheme)));
  const counted = await countAll(rooms);
  const timed = await timeAll(rooms);
  const life = {};
  for (const room of rooms.slice(1)) {
    say(`lives of revoked tokens: ${room.scheme}`);
    life[room.scheme] = await lifetimes(world, room);
  }
  for (const { timed: one, counted: other } of rooms) {
    for (const connection of [...one.connections, ...other.connections]) connection.close();
  }
  return { machine: where, missedChecks: missedChecks(), floor: timed.none, counted, timed, life };
});
results.seconds = round((performance.now() - started) / 1_000);

/** What the gate asks beside what the field itself asks. */
const reads = (scheme, kind, n) => {
  const { counted } = results;
  return round(Math.max(0, counted[scheme][kind][n] - counted.none[kind][n]));
};
const relative = ({ relative: middle, least, most }) =>
  `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;

const rows = Object.keys(results.life).map((scheme) => {
  const { life, timed } = results;
  return [
    `\`${scheme}\``,
    `${reads(scheme, 'auth', 1)} / ${reads(scheme, 'auth', CONNECTIONS)}`,
    `${reads(scheme, 'critical', 1)} / ${reads(scheme, 'critical', CONNECTIONS)}`,
    life[scheme].renewal,
    relative(timed[scheme].auth),
    relative(timed[scheme].critical),
    life[scheme].auth.says,
    life[scheme].critical.says,
  ];
});
const head = [
  'scheme',
  'SQL reads per 1,000 `@auth` requests, 1 / 64 connections',
  'the same, `@critical`',
  'statements a renewal',
  'throughput, `@auth`',
  'throughput, `@critical`',
  'revoked token works on, `@auth`',
  'the same, `@critical`',
];
const { machine: where, floor } = results;
const idle = Object.keys(results.life)
  .map((scheme) => `\`${scheme}\` ${results.counted[scheme].idlePerSecond}`)
  .join(', ');
const text = `${table(head, rows)}

Measured at ${where.at.slice(0, 16).replace('T', ' ')} UTC on ${where.cpu}, Node.js ${where.node}; the
load of the machine before was ${where.loadBefore}. Statements a second of an idle node: ${idle}. The server
without a gate answered ${floor.auth.perSecond} (\`${QUERIES.auth}\`) and ${floor.critical.perSecond}
(\`${QUERIES.critical}\`) requests a second. Checks that took too long, of all: ${results.missedChecks}.`;
console.log(text);
keep('schemes', results);
await writeBetween('docs/schemes.md', 'bench:schemes', text);
