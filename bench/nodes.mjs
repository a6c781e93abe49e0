// What PostgreSQL does for one, two, four and eight nodes: while nobody asks anything, and under the same load of critical
// fields spread over all of them, which leaves each node fewer to ask about at once.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, withUndo } from './support/cluster.mjs';
import { requestBytes } from './support/connection.mjs';
import { watchMachine } from './support/cpu.mjs';
import { inWords, interleave, ratios, spread } from './support/interleave.mjs';
import { openConnections, throughput } from './support/load.mjs';
import { canPin, pinSelf } from './support/node.mjs';
import { PostgresProcesses } from './support/processes.mjs';
import { keep, machine, say, table, writeBetween } from './support/report.mjs';
import { inWords as noiseInWords } from './support/room.mjs';
import { rounds } from './support/rounds.mjs';
import { queryOf } from './support/subject.mjs';
import { startSubject } from './support/subjects.mjs';
import { startWire } from './support/wire.mjs';

const NODES = [1, 2, 4, 8];
const CONNECTIONS = 64;
const SESSIONS = 1_000;
const IDLE_MS = 5_000;
const WARM_UP_MS = 2_000;
const ROUND_MS = rounds(1_000, 500);
const ROUNDS = rounds(7, 5);
/** All nodes share one core, so what they answer together tells nothing of as many machines. */
const CORE = { nodes: 0, load: 1 };

const sumOf = (list, of) => list.reduce((sum, one) => sum + of(one), 0);

const results = await withUndo(async (defer) => {
  const where = { ...machine(), pinned: canPin };
  const watch = await watchMachine();
  pinSelf(CORE.load);
  const cluster = await startCluster();
  defer(cluster.stop);
  const database = await cluster.createDatabase('nodes');
  const processes = await PostgresProcesses.of(database);
  const wires = [];
  const nodes = [];
  const env = { PORTCULLIS_SECRET: randomBytes(48).toString('base64') };
  const idle = [];
  while (nodes.length < Math.max(...NODES)) {
    say(`starting node ${nodes.length + 1}…`);
    const wire = await startWire(database);
    defer(wire.stop);
    wires.push(wire);
    const node = await startSubject({
      ...{ subject: 'portcullis', core: CORE.nodes, database: wire.url, env },
      sessions: nodes.length === 0 ? SESSIONS : 1,
    });
    defer(node.stop);
    nodes.push(node);
    if (!NODES.includes(nodes.length)) continue;
    const passed = () => sumOf(wires, ({ asked, background }) => asked + background);
    const before = passed();
    const spent = processes.count();
    await delay(IDLE_MS);
    idle.push({
      nodes: nodes.length,
      statements: ((passed() - before) * 1_000) / IDLE_MS,
      processor: spent() / IDLE_MS,
    });
  }
  const [{ headers }] = nodes;
  const requests = headers.map((header) => requestBytes(queryOf('critical'), { headers: header }));
  const open = nodes.map(({ url }) => openConnections(url, CONNECTIONS));
  defer(() => Promise.resolve(open.flat().forEach((connection) => connection.close())));
  const load = (count, milliseconds) => {
    const each = open.slice(0, count).flatMap((some) => some.slice(0, CONNECTIONS / count));
    return throughput(each, requests, milliseconds);
  };
  for (const count of NODES) await load(count, WARM_UP_MS);
  const names = NODES.map(String);
  const samples = await interleave(names, ROUNDS, async (name) => {
    await load(Number(name), ROUND_MS / 4);
    const before = sumOf(wires, ({ asked }) => asked);
    const spent = processes.count();
    const answered = ((await load(Number(name), ROUND_MS)) * ROUND_MS) / 1_000;
    const statements = sumOf(wires, ({ asked }) => asked) - before;
    return { processor: spent() / answered, together: answered / statements };
  });
  const busy = names.map((name) => ({
    nodes: Number(name),
    together: spread(samples[name].map(({ together }) => together)),
    processor: spread(samples[name].map(({ processor }) => processor)),
    ratio: ratios(samples[name], samples[names[0]], 'processor'),
  }));
  return { machine: where, idle, busy, noise: watch.verdict([]) };
});

const idleOf = (count) => results.idle.find(({ nodes }) => nodes === count);
const text = `${table(
  [
    'nodes',
    'idle: statements a second',
    'idle: of a core',
    'requests that share a check',
    'PostgreSQL’s µs a request',
    'of those with one node',
  ],
  results.busy.map(({ nodes, together, processor, ratio }) => [
    nodes,
    idleOf(nodes).statements.toFixed(1),
    `${(idleOf(nodes).processor / 10).toFixed(2)} %`,
    inWords(together),
    inWords(processor),
    inWords(ratio),
  ]),
)}

${CONNECTIONS} connections spread over the nodes, ${SESSIONS} sessions, one \`@critical\` field a request; median of ${ROUNDS}
rounds (least to most). All nodes share one core here, so how many requests they answer says nothing.
${noiseInWords(results.noise)}`;
console.log(text);
keep('nodes', results);
await writeBetween('docs/scale.md', 'bench:nodes', text);
