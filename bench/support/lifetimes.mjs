import { setTimeout as delay } from 'node:timers/promises';
import { Connection, ask, logIn, registerMany, requestBytes } from './connection.mjs';
import { ADMIN, startNode } from './node.mjs';
import { round, summary } from './numbers.mjs';
import { startWire } from './wire.mjs';

/** Seconds. Short settings, so that what ends by itself can be waited for. */
const ACCESS_TTL = 10;
const WINDOW = 2;
/** Schemes under which a life is as long as a setting, not as a message takes. */
const SHORT = {
  stateless: {
    env: { ACCESS_TTL: `${ACCESS_TTL}s`, CLOCK_TOLERANCE: '0s' },
    setting: `ACCESS_TTL=${ACCESS_TTL}s`,
    usual: '60 min',
  },
  sliding: {
    env: { SLIDING_WINDOW: `${WINDOW}s` },
    setting: `SLIDING_WINDOW=${WINDOW}s`,
    usual: '2 min',
  },
};
const SAMPLES = 8;
const PAUSE = 1;
const LIMIT = 30_000;

const REVOKE = 'mutation ($id: ID!) { revokeSession(id: $id) { status } }';
const isRefused = ({ status, body }) => status === 401 || body.includes('UNAUTHENTICATED');

/** Milliseconds from the acknowledgement of a revocation until another node refuses the token. */
async function livesOn({ here, there, admin }, signedIn, query) {
  const connection = new Connection(there.url);
  const bytes = requestBytes(query, { token: signedIn.accessToken });
  const revocation = { token: admin, variables: { id: signedIn.session.id } };
  try {
    if (isRefused(await connection.send(bytes))) throw new Error('refused before it was revoked');
    await ask(here.url, REVOKE, revocation);
    const acked = performance.now();
    for (;;) {
      const answer = await connection.send(bytes);
      const taken = performance.now() - acked;
      if (isRefused(answer)) return taken;
      if (taken > LIMIT) throw new Error(`not refused within ${LIMIT} ms`);
      await delay(PAUSE);
    }
  } finally {
    connection.close();
  }
}

/** How long a revoked token goes on working on another node, and what the renewal of one costs. */
export async function lifetimes(world, room) {
  const { scheme } = room;
  const nodes = SHORT[scheme] ? await shortLived(world, scheme) : nodesOf(room);
  const found = {};
  for (const [kind, query] of [
    ['auth', '{ me { id } }'],
    ['critical', '{ mySessions { id } }'],
  ]) {
    const long = SHORT[scheme] && kind === 'auth';
    const lives = [];
    for (let n = 0; n < SAMPLES && !(long && n > 0); n += 1) {
      const some = await registerMany(nodes.here.url, long ? SAMPLES : 1, `${kind}.${n}`);
      // A token of few seconds may have ended while the others signed in.
      const fresh = long ? some.slice(-4) : some;
      const { accessToken: admin } = await logIn(nodes.here.url, ADMIN);
      const revoked = fresh.map((each) => livesOn({ ...nodes, admin }, each, query));
      lives.push(...(await Promise.all(revoked)));
    }
    found[kind] = { ...summary(lives), says: inWords(scheme, kind, lives) };
  }
  return { ...found, renewal: await costOfRenewal(scheme, nodes) };
}

const nodesOf = ({ timed, counted, wire, redisWire }) => ({
  here: timed,
  there: counted,
  wire,
  redisWire,
});

async function shortLived({ cluster, defer }, scheme) {
  const database = await cluster.createDatabase(`${scheme}_short`);
  const env = { PORTCULLIS_SCHEME: scheme, ...SHORT[scheme].env };
  const wire = await startWire(database);
  defer(wire.stop);
  const here = await startNode({ database, env, core: 0 });
  defer(here.stop);
  const there = await startNode({ database: wire.url, env, core: 0 });
  defer(there.stop);
  return { here, there, wire };
}

function inWords(scheme, kind, lives) {
  const { p50, max } = summary(lives);
  const long = kind === 'auth' ? SHORT[scheme] : undefined;
  if (!long) return `${round(p50)} ms (at most ${round(max)})`;
  return `${(max / 1_000).toFixed(1)} s with \`${long.setting}\`; up to ${long.usual} by default`;
}

const REFRESH = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken } }';

/** Statements that a new access token costs, and how often it is asked for. */
async function costOfRenewal(scheme, { there: { url }, wire, redisWire }) {
  const [user] = await registerMany(url, 1, 'renewed');
  if (user.refreshToken !== null) {
    const before = [wire.asked, redisWire?.asked];
    await ask(url, REFRESH, { variables: { token: user.refreshToken } });
    const onRedis = redisWire ? ` and ${redisWire.asked - before[1]} Redis` : '';
    return `${wire.asked - before[0]}${onRedis}, every 5 min`;
  }
  if (scheme !== 'sliding') return 'none';
  await ask(url, '{ me { id } }', { token: user.accessToken });
  await delay((WINDOW + 1.5) * 1_000);
  const before = wire.asked;
  await ask(url, '{ me { id } }', { token: user.accessToken });
  return `${wire.asked - before}, every 2 min`;
}
