// Where the time of a request goes: a CPU profile of our server under load, by layer; what a request allocates, and how
// late the event loop comes.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, tableOf } from './support/compare.mjs';
import { openConnections, throughput } from './support/load.mjs';
import { LAYERS, byLayer } from './support/layers.mjs';
import { median, round } from './support/numbers.mjs';
import { keep, say, table, writeBetween } from './support/report.mjs';
import { inRoom, inWords } from './support/room.mjs';
import { rounds } from './support/rounds.mjs';

const CONNECTIONS = 64;
const WARM_UP_MS = 3_000;
const LOOK_MS = rounds(3_000, 1_000);
const ROUNDS = 5;
const PROFILED = fileURLToPath(new URL('support/profiled.mjs', import.meta.url));

const OPTIONS = [
  ['no-cache-control', 'without its hints for caches'],
  ['no-csrf-prevention', 'without its CSRF prevention'],
  ['no-document-store', 'without its store of documents'],
  ['one-plugin', 'with a plugin that does nothing'],
  ['four-plugins', 'with four of them'],
];

/** What is looked at, in turn, as support/profiled.mjs does it. */
const LOOKS = ['cpu', 'allocations', 'delay'];

async function look(subject, side, open) {
  const signal = async () => {
    const answered = once(subject.stdout, 'data');
    process.kill(subject.pid, 'SIGUSR2');
    await answered;
  };
  await signal();
  const perSecond = await throughput(open, side.requests, LOOK_MS);
  await signal();
  const { kind, seen } = JSON.parse(await readFile(join(subject.folder, 'profile.json'), 'utf8'));
  const answered = (perSecond * LOOK_MS) / 1_000;
  switch (kind) {
    case 'cpu':
      return [kind, { perSecond: round(perSecond), layers: byLayer(seen, answered) }];
    case 'allocations':
      return [kind, { kilobytes: allocated(seen) / 1_000 / answered }];
    case 'delay':
      return [kind, seen];
  }
}

/** Bytes, whether they were kept or not. */
function allocated({ head }) {
  const sum = ({ selfSize, children }) =>
    selfSize + children.reduce((below, child) => below + sum(child), 0);
  return sum(head);
}

const results = await inRoom(async ({ start, asked }) => {
  const node = ['--import', PROFILED];
  const on = await start('portcullis', { node });
  const off = await start('portcullis', { node, env: { WAY: 'open' } });
  const { headers } = on;
  const sides = [
    [off, asked(off, 'guards off', { kind: 'open', headers })],
    [on, asked(on, '@auth', { kind: 'auth' })],
    [on, asked(on, '@critical', { kind: 'critical' })],
  ];
  const found = Object.fromEntries(sides.map(([, { name }]) => [name, []]));
  const connections = sides.map(([subject]) => openConnections(subject.url, CONNECTIONS));
  for (const [at, [, side]] of sides.entries()) {
    await throughput(connections[at], side.requests, WARM_UP_MS);
  }
  for (let n = 0; n < ROUNDS; n += 1) {
    say(`round ${n + 1} of ${ROUNDS}`);
    for (const [at, [subject, side]] of sides.entries()) {
      const seen = [];
      for (let looked = 0; looked < LOOKS.length; looked += 1) {
        seen.push(await look(subject, side, connections[at]));
      }
      found[side.name].push(Object.fromEntries(seen));
    }
  }
  for (const open of connections) for (const connection of open) connection.close();

  say('Apollo’s options…');
  const bare = (subject, name) => asked(subject, name, { kind: 'open' });
  const alone = bare(await start('bare-apollo'), 'Apollo on node:http, as it comes');
  const others = [];
  for (const [WAY, name] of OPTIONS) {
    others.push(bare(await start('bare-apollo', { env: { WAY } }), name));
  }
  return { sides: found, options: await compare(alone, others) };
});

const names = Object.keys(results.sides);
const middle = (name, of) => median(results.sides[name].map(of));
const microsOf = (layer) => (name) =>
  round(
    middle(name, ({ cpu }) => cpu.layers[layer] ?? 0),
    1,
  );
const rows = [
  ...LAYERS.map((layer) => [layer, ...names.map(microsOf(layer))]),
  [
    'sum, µs',
    ...names.map((name) => round(LAYERS.reduce((sum, layer) => sum + microsOf(layer)(name), 0))),
  ],
  [
    'allocated, kB',
    ...names.map((name) =>
      round(
        middle(name, ({ allocations }) => allocations.kilobytes),
        1,
      ),
    ),
  ],
  [
    'event loop late by, ms, p50 / p99',
    ...names.map((name) => {
      const of = (part) =>
        round(
          middle(name, ({ delay }) => delay[part]),
          1,
        );
      return `${of('p50')} / ${of('p99')}`;
    }),
  ],
];
const text = `${table(['of a request', ...names.map((name) => (name.startsWith('@') ? `\`${name}\`` : name))], rows)}

Medians of ${ROUNDS} looks of ${LOOK_MS / 1_000} s at ${CONNECTIONS} connections; a profiler that looks on makes
everything slower.

${tableOf(results.options)}

${inWords(results.noise)}`;
console.log(text);
keep('cost', results);
await writeBetween('docs/performance.md', 'bench:cost', text);
