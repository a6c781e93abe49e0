// What certainty costs: fields that ask the database on every request, beside those that ask it seldom, and peers
// that ask a store for each request.
import { barsOf } from './support/bars.mjs';
import { inWords as shareInWords, compare, ratio, tableOf } from './support/compare.mjs';
import { plot } from './support/plot.mjs';
import { keep, say, table, writeBetween } from './support/report.mjs';
import { inRoom, inWords } from './support/room.mjs';
import { rounds } from './support/rounds.mjs';

const CONNECTIONS = [1, 16, 256];
/** Rounds of what is measured beside the main comparison. */
const FEWER = rounds(25, 9);
const CRITICAL = '@critical';
const STALE = '@critical(maxStale: 5)';
const WITHIN = '@critical, asked within';
const KNEX = 'knex, a look-up a request';
const PG = 'pg, a named statement a request';
const REDIS = 'Redis, a GET a request';
const BETTER_AUTH = 'better-auth, a session a request';

const OTHERS = [
  [WITHIN, 'portcullis', 'within'],
  [KNEX, 'knex-session', 'knex'],
  [PG, 'knex-session', 'pg'],
  ['pg, a DataLoader a request', 'knex-session', 'loader-per-request'],
  [REDIS, 'redis-session', ''],
  ['the same without pipelining', 'redis-session', 'plain'],
  [BETTER_AUTH, 'better-auth', 'store'],
  ['express-session + connect-pg-simple', 'express-session', ''],
];

const results = await inRoom(async ({ start, asked }) => {
  const on = await start('portcullis');
  const off = await start('portcullis', { env: { WAY: 'open' } });
  const { headers } = on;
  const base = (count = 1, sessions) =>
    asked(off, 'guards off', { kind: 'open', count, headers, sessions });
  const critical = (options = {}) => asked(on, CRITICAL, { kind: 'critical', ...options });
  const stale = (options = {}) => asked(on, STALE, { kind: 'stale', ...options });
  const sides = new Map();
  for (const [name, subject, WAY] of OTHERS) {
    sides.set(name, asked(await start(subject, { env: { WAY } }), name, { kind: 'critical' }));
  }

  say('peers…');
  const peers = await compare(base(), [critical(), stale(), ...sides.values()]);
  const found = { peers };
  for (const connections of CONNECTIONS) {
    say(`${connections} connections…`);
    const some = [critical(), sides.get(WITHIN), stale(), sides.get(PG), sides.get(REDIS)];
    found[`at ${connections}`] = await compare(base(), some, { connections, most: FEWER });
  }
  say('seven fields, one session…');
  found['seven fields'] = await compare(base(7), [critical({ count: 7 }), stale({ count: 7 })]);
  found['one session'] = await compare(base(1, 1), [critical({ sessions: 1 })]);
  const ratios = [WITHIN, KNEX, PG, REDIS, BETTER_AUTH].map((peer) => ratio(peers, CRITICAL, peer));
  return { ...found, ratios };
});

const { peers, ratios, noise, machine, ...more } = results;
const share = ({ subjects }, name) =>
  shareInWords(subjects.find((subject) => subject.name === name));
const names = [CRITICAL, WITHIN, STALE, PG, REDIS];
const alone = more['at 1'];
const milliseconds = (perSecond) => 1_000 / perSecond;
const added = (name) =>
  milliseconds(alone.subjects.find((subject) => subject.name === name).perSecond) -
  milliseconds(alone.base.perSecond);
const text = `${tableOf(peers)}

${table(
  ['connections', ...names.map((name) => (name.startsWith('@') ? `\`${name}\`` : name))],
  CONNECTIONS.map((n) => [n, ...names.map((name) => share(more[`at ${n}`], name))]),
)}

Seven fields of one request beside seven open ones: \`${CRITICAL}\` ${share(more['seven fields'], CRITICAL)},
\`${STALE}\` ${share(more['seven fields'], STALE)}. One session for all: ${share(more['one session'], CRITICAL)}. At one
connection a \`${CRITICAL}\` field adds ${added(CRITICAL).toFixed(2)} ms, where one look-up by a named statement adds
${added(PG).toFixed(2)} ms.

${table(
  [`\`${CRITICAL}\` beside`, 'times as many requests'],
  ratios.map(({ other, ...times }) => [other, shareInWords(times)]),
)}

Measured at ${machine.at.slice(0, 16).replace('T', ' ')} UTC on ${machine.cpu}, Node.js ${machine.node}. ${inWords(noise)}`;
console.log(text);
keep('critical', results);
plot('critical', {
  title: 'Requests a second that asked a store, as a share of guards off',
  note: '64 connections, 1,000 sessions; lines: where a median lies, 95 % sure',
  bars: barsOf(peers),
});
await writeBetween('docs/performance.md', 'bench:critical', text);
