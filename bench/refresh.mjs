// Refreshes a second by our server, whose every answer is the next one's question, beside the plain UPDATE of a
// session's row on the same PostgreSQL: what a rotation costs over the write that it cannot do without.
import { startCluster, withUndo } from './support/cluster.mjs';
import { Connection, registerMany, requestBytes } from './support/connection.mjs';
import { inWords, interleave, ratios, spread } from './support/interleave.mjs';
import { canPin, pinSelf, startNode } from './support/node.mjs';
import { round } from './support/numbers.mjs';
import { PostgresProcesses } from './support/processes.mjs';
import { keep, machine, say, table, writeBetween } from './support/report.mjs';
import { rounds } from './support/rounds.mjs';
import { loopOf, makeRows, pgbenchOf } from './support/update-rate.mjs';
import { startWire } from './support/wire.mjs';

const CLIENTS = 64;
const ROUNDS = Number(process.env.ROUNDS ?? rounds(9, 5));
const SECONDS = Number(process.env.SECONDS ?? rounds(2, 1));
const COUNTED = 20;
const BAR = 0.7;
/** The server has one core; PostgreSQL and who asks, pgbench too, share the other. */
const CORE = { server: 0, rest: 1 };

const REFRESH =
  'mutation ($token: String) { refresh(refreshToken: $token) { accessToken refreshToken } }';

/** One session's chain: each refresh offers what the one before has answered. */
async function follow(connection, chain, isOver) {
  let done = 0;
  for (; !isOver(); done += 1) {
    const { status, body } = await connection.send(
      requestBytes(REFRESH, { variables: { token: chain.token } }),
    );
    const next = /"refreshToken":"([^"]+)"/.exec(body)?.[1];
    if (status !== 200 || next === undefined || next === chain.token) {
      throw new Error(`${status} ${body}`);
    }
    chain.token = next;
  }
  return done;
}

async function refreshes({ connections, chains }, seconds) {
  const began = performance.now();
  const end = began + seconds * 1_000;
  const each = connections.map((connection, at) =>
    follow(connection, chains[at], () => performance.now() >= end),
  );
  const done = (await Promise.all(each)).reduce((sum, count) => sum + count, 0);
  return (done * 1_000) / (performance.now() - began);
}

/** Statements and COMMITs that one refresh sends, alone and as one of many. */
async function statements(database, chains, defer) {
  const wire = await startWire(database);
  defer(wire.stop);
  const node = await startNode({ database: wire.url, core: CORE.server });
  defer(node.stop);
  const found = {};
  for (const count of [1, CLIENTS]) {
    const connections = Array.from({ length: count }, () => new Connection(node.url));
    const before = wire.asked;
    const each = connections.map((connection, at) => {
      let left = COUNTED;
      return follow(connection, chains[at], () => (left -= 1) < 0);
    });
    await Promise.all(each);
    found[count] = round((wire.asked - before) / COUNTED / count, 2);
    for (const connection of connections) connection.close();
  }
  await node.stop();
  return found;
}

const results = await withUndo(async (defer) => {
  const where = { ...machine(), pinned: canPin };
  pinSelf(CORE.rest);
  const cluster = await startCluster();
  defer(cluster.stop);
  const database = await cluster.createDatabase('refresh');
  const node = await startNode({ database, core: CORE.server });
  defer(node.stop);
  say(`signing ${CLIENTS} users in…`);
  const users = await registerMany(node.url, CLIENTS, 'ada');
  const chains = users.map(({ refreshToken: token }) => ({ token }));
  const connections = chains.map(() => new Connection(node.url));
  await makeRows(database, CLIENTS);
  const loop = await loopOf(database, { clients: CLIENTS }, defer);
  // Where the load stands that asks the server: on PostgreSQL's core.
  const pgbench = pgbenchOf(database, { clients: CLIENTS, core: CORE.rest });
  const apart = pgbenchOf(database, { clients: CLIENTS, core: CORE.server });
  const compared = apart && { pgbench: await apart(SECONDS), loop: await loop(SECONDS) };
  const processes = await PostgresProcesses.of(database);
  const perTurn = async (work) => {
    const spent = processes.count();
    const rate = await work(SECONDS);
    return { rate, processor: spent() / (rate * SECONDS) };
  };
  const variants = {
    update: () => perTurn(pgbench ?? loop),
    refresh: () => perTurn((seconds) => refreshes({ connections, chains }, seconds)),
  };
  await variants.refresh();
  say(`${ROUNDS} rounds…`);
  const samples = await interleave(Object.keys(variants), ROUNDS, (name) => variants[name]());
  for (const connection of connections) connection.close();
  return {
    machine: where,
    ...{ rounds: ROUNDS, bar: BAR, by: pgbench ? 'pgbench' : 'loop', compared },
    update: spread(
      samples.update.map(({ rate }) => rate),
      0,
    ),
    refresh: spread(
      samples.refresh.map(({ rate }) => rate),
      0,
    ),
    share: ratios(samples.refresh, samples.update, 'rate'),
    // Those of pgbench's connections end with it, before they are counted.
    processor: {
      refresh: spread(
        samples.refresh.map(({ processor }) => processor),
        0,
      ),
    },
    statements: await statements(database, chains, defer),
  };
});

const { update, refresh, share, compared } = results;
const beside = compared
  ? `With a core of its own, which here is the server's, pgbench made ${round(compared.pgbench)} updates a second, a loop of node-postgres ${round(compared.loop)}.`
  : 'There was no pgbench: the UPDATE came from a loop of this process, over connections of node-postgres.';
const text = `${table(
  ['', 'a second', 'share'],
  [
    [`single-row UPDATE, ${results.by}`, inWords(update), 1],
    ['refresh', inWords(refresh), inWords(share)],
  ],
)}

${CLIENTS} clients, each with a session of its own; median of ${ROUNDS} rounds of ${SECONDS} s (least to most). It aims
at ${BAR}. A refresh alone sends ${results.statements[1]} statements, one of ${CLIENTS} at once ${results.statements[CLIENTS]}; it costs PostgreSQL
${results.processor.refresh.median} µs of its processor. fsync and synchronous_commit are on.
${beside}
Load of the machine before: ${results.machine.loadBefore}.`;
console.log(text);
keep('refresh', results);
await writeBetween('docs/performance.md', 'bench:refresh', text);
