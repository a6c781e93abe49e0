import { setTimeout as delay } from 'node:timers/promises';
import { Connection, ask, logIn, registerMany, requestBytes } from './connection.mjs';
import { ADMIN, startNode } from './node.mjs';
import { round, summary } from './numbers.mjs';
import { startWire } from './wire.mjs';

/** Short settings, so that what ends by itself can be waited for. */
const ACCESS_TTL = 5;
const WINDOW = 2;
const SHORT = {
  refresh: {},
  stateless: { ACCESS_TTL: `${ACCESS_TTL}s`, CLOCK_TOLERANCE: '0s' },
  checked: {},
  sliding: { SLIDING_WINDOW: `${WINDOW}s` },
  opaque: {},
};
/** Lives that are as long as a setting, not as a message takes. */
const DEFAULTS = {
  stateless: { setting: 'ACCESS_TTL', short: ACCESS_TTL, usual: '60 min' },
  sliding: { setting: 'SLIDING_WINDOW', short: WINDOW, usual: '2 min' },
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
export async function lifetimes({ cluster, defer }, scheme) {
  const database = await cluster.createDatabase(`${scheme}_lives`);
  const env = { PORTCULLIS_SCHEME: scheme, ...SHORT[scheme] };
  const wire = await startWire(database);
  const here = await startNode({ database, env, core: 0 });
  const there = await startNode({ database: wire.url, env, core: 0 });
  defer(wire.stop);
  try {
    const world = { here, there };
    const found = {};
    for (const [kind, query] of [
      ['auth', '{ me { id } }'],
      ['critical', '{ mySessions { id } }'],
    ]) {
      const lives = [];
      const atOnce = DEFAULTS[scheme] && kind === 'auth' ? SAMPLES : 1;
      while (lives.length < SAMPLES) {
        const { accessToken: admin } = await logIn(here.url, ADMIN);
        const some = await registerMany(here.url, atOnce, `${kind}.${lives.length}`);
        const revoked = some.map((each) => livesOn({ ...world, admin }, each, query));
        lives.push(...(await Promise.all(revoked)));
      }
      found[kind] = { ...summary(lives), says: inWords(scheme, kind, lives) };
    }
    return { ...found, renewal: await costOfRenewal(scheme, there, wire) };
  } finally {
    await there.stop();
    await here.stop();
  }
}

function inWords(scheme, kind, lives) {
  const { p50, max } = summary(lives);
  const longLived = kind === 'auth' ? DEFAULTS[scheme] : undefined;
  if (!longLived) return `${round(p50)} ms (at most ${round(max)})`;
  const { setting, short, usual } = longLived;
  const seconds = (max / 1_000).toFixed(1);
  return `${seconds} s with \`${setting}=${short}s\`; up to ${usual} by default`;
}

const REFRESH = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken } }';

/** Statements that a new access token costs, and how often it is asked for. */
async function costOfRenewal(scheme, { url }, wire) {
  const [user] = await registerMany(url, 1, 'renewed');
  if (user.refreshToken !== null) {
    const before = wire.asked;
    await ask(url, REFRESH, { variables: { token: user.refreshToken } });
    return `${wire.asked - before}, every 5 min`;
  }
  if (scheme !== 'sliding') return 'none';
  await ask(url, '{ me { id } }', { token: user.accessToken });
  await delay((WINDOW + 1.5) * 1_000);
  const before = wire.asked;
  await ask(url, '{ me { id } }', { token: user.accessToken });
  return `${wire.asked - before}, every 2 min`;
}
