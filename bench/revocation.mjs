// How long after a revocation plain @auth refuses on all of one, three and eight nodes: with the doorbell, without it,
// and when the connections of the feed have died in silence.
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, withUndo } from './support/cluster.mjs';
import { watchMachine } from './support/cpu.mjs';
import { Connection, logIn, registerMany, requestBytes } from './support/connection.mjs';
import { ADMIN, startNode } from './support/node.mjs';
import { median, round, summary } from './support/numbers.mjs';
import { keep, machine, say, table, writeBetween } from './support/report.mjs';
import { inWords } from './support/room.mjs';
import { rounds } from './support/rounds.mjs';
import { startWire } from './support/wire.mjs';

const NODES = [1, 3, 8];
const POLL_INTERVAL = 1_000;
/** Milliseconds after which a look on a dead connection has been made anew on another; src/stores/feed/reader.ts. */
const LOOK_TIMEOUT = 1_000;
const WARM_UP = 20;

/** Milliseconds between an answer and the next probe: it bounds the resolution and spares the cores. */
const runs = [
  { name: 'doorbell', rounds: rounds(100, 40), pause: 1 },
  { name: 'poll only', rounds: rounds(25, 10), pause: 5, prepare: (wire) => wire.mute() },
  {
    name: 'poll only, dead connections',
    rounds: rounds(8, 5),
    pause: 5,
    prepare: (wire) => wire.mute(),
    before: (wire) => wire.blackHole(),
  },
];

/** Every run gives up here, so that a slow machine does not measure for ever. Milliseconds. */
const RUN_LIMIT = 30_000;

/**
 * Asks one node again and again until it refuses. Answers when the refusal arrived, and when the last
 * probe that passed had been sent: the node began to refuse somewhere between.
 */
async function untilRefused(connection, bytes, pause) {
  let passedAt;
  for (;;) {
    const sentAt = performance.now();
    const { status } = await connection.send(bytes);
    if (status === 401) {
      const at = performance.now();
      return { at, resolution: at - (passedAt ?? sentAt) };
    }
    passedAt = sentAt;
    await delay(pause);
  }
}

const QUERY = '{ me { id } }';
const REVOKE = 'mutation ($id: ID!) { revokeSession(id: $id) { status } }';

/** Revokes one session at the first node while all nodes are asked about it. */
async function once({ nodes, wires, admin, session }, { pause, before }) {
  const bytes = requestBytes(QUERY, { token: session.accessToken });
  for (const { probe } of nodes) {
    const { status, body } = await probe.send(bytes);
    if (status !== 200 || body.includes('errors')) throw new Error(`not signed in: ${body}`);
  }
  // Revocations come at any time between two looks.
  await delay(20 + Math.random() * 80);
  for (const wire of wires) before?.(wire);
  const revocation = requestBytes(REVOKE, {
    token: admin,
    variables: { id: session.session.id },
  });
  const watching = nodes.map(({ probe }) => untilRefused(probe, bytes, pause));
  const sentAt = performance.now();
  const { body } = await nodes[0].control.send(revocation);
  const ackedAt = performance.now();
  if (body.includes('errors')) throw new Error(body);
  const seen = await Promise.all(watching);
  const last = Math.max(...seen.map(({ at }) => at));
  return {
    fromSent: last - sentAt,
    fromAcked: Math.max(0, last - ackedAt),
    resolution: Math.max(...seen.map(({ resolution }) => resolution)),
  };
}

async function measure(world, run) {
  const samples = [];
  for (const wire of world.wires) run.prepare?.(wire);
  const started = performance.now();
  while (samples.length < run.rounds && performance.now() - started < RUN_LIMIT) {
    const session = world.sessions.pop();
    if (!session) throw new Error('out of sessions');
    samples.push(await once({ ...world, session }, run));
  }
  for (const wire of world.wires) wire.unmute();
  return {
    name: run.name,
    fromAcked: summary(samples.map(({ fromAcked }) => fromAcked)),
    fromSent: summary(samples.map(({ fromSent }) => fromSent)),
    resolution: round(median(samples.map(({ resolution }) => resolution)), 1),
  };
}

/** So many nodes on a database of their own, and somebody's sessions. */
async function createWorld(cluster, defer, { name, count, sessions, proxied }) {
  const database = await cluster.createDatabase(name);
  const nodes = [];
  const wires = [];
  for (let n = 0; n < count; n += 1) {
    let url = database;
    if (proxied) {
      const wire = await startWire(database);
      defer(wire.stop);
      wires.push(wire);
      url = wire.url;
    }
    const env = { FEED_POLL_INTERVAL: `${POLL_INTERVAL / 1_000}s`, ACCESS_TTL: '30m' };
    const node = await startNode({ database: url, env });
    defer(node.stop);
    const probe = new Connection(node.url);
    const control = new Connection(node.url);
    defer(() => Promise.resolve(probe.close(), control.close()));
    nodes.push({ url: node.url, probe, control });
  }
  const { accessToken: admin } = await logIn(nodes[0].url, ADMIN);
  return { nodes, wires, admin, sessions: await registerMany(nodes.at(-1).url, sessions, 'ada') };
}

const results = await withUndo(async (defer) => {
  const where = machine();
  const cluster = await startCluster();
  defer(cluster.stop);
  const [direct, ...cut] = runs;
  const measured = [];

  const watch = await watchMachine();
  for (const count of NODES) {
    // Those of the count before are stopped first: idle nodes look at their feeds, too.
    await withUndo(async (undo) => {
      say(`${count} nodes, ${direct.rounds} revocations, ${direct.name}…`);
      const sessions = direct.rounds + WARM_UP;
      const world = await createWorld(cluster, undo, { name: `direct_${count}`, count, sessions });
      await measure(world, { ...direct, rounds: WARM_UP });
      measured.push({ count, ...(await measure(world, direct)) });
    });
    await withUndo(async (undo) => {
      const sessions = cut.reduce((sum, { rounds }) => sum + rounds, 0);
      const behind = { name: `proxied_${count}`, count, sessions, proxied: true };
      const proxied = await createWorld(cluster, undo, behind);
      for (const run of cut) {
        say(`${count} nodes, ${run.rounds} revocations, ${run.name}…`);
        measured.push({ count, ...(await measure(proxied, run)) });
      }
    });
  }
  const bound = POLL_INTERVAL + LOOK_TIMEOUT;
  return { machine: where, bound, runs: measured, noise: watch.verdict([]) };
});

const shown = table(
  ['nodes', '', 'revocations', 'p50', 'p99', 'max', 'from sent: p50', 'p99', 'max', 'resolution'],
  results.runs.map(({ count, name, fromAcked, fromSent, resolution }) => [
    count,
    name,
    fromAcked.samples,
    ...[fromAcked.p50, fromAcked.p99, fromAcked.max].map((ms) => `${ms} ms`),
    ...[fromSent.p50, fromSent.p99, fromSent.max].map((ms) => `${ms} ms`),
    `${resolution} ms`,
  ]),
);
const text = `${shown}

From the acknowledgement of the mutation (0: before it), and from its sending, until a request of the
plain \`@auth\` field \`me\` was refused on all nodes; the moment counts at which the refusal arrived.
Resolution: from the sending of the last probe that passed until that moment, median of the slowest
node's. Poll interval and time-out of a look together: ${results.bound} ms. All nodes share this machine's
${availableParallelism()} cores, with PostgreSQL and those who ask. ${inWords(results.noise)}`;
console.log(text);
keep('revocation', results);
await writeBetween('docs/feed.md', 'bench:revocation', text);
