// The table of README, of what the parts have kept in results/.
import { readFileSync } from 'node:fs';
import { inWords } from './support/compare.mjs';
import { table, writeBetween } from './support/report.mjs';

const read = (part) =>
  JSON.parse(readFileSync(new URL(`results/${part}.json`, import.meta.url), 'utf8'));
const { floors, peers: verified, machine, noise } = read('auth');
const { peers: looked, noise: noiseOfCritical } = read('critical');
const { runs } = read('revocation');
const { update, refresh, share: refreshShare } = read('refresh');

const row = (what, { subjects }, name) => {
  const found = subjects.find((subject) => subject.name === name);
  return [what, inWords(found), found.perSecond, found.cpuMicros];
};
const { perSecond, cpuMicros } = floors.base;
const rows = [
  ['nobody is asked who it is: guards off', '1', perSecond, cpuMicros],
  row('`@auth`', floors, '@auth'),
  row('`@critical(maxStale: 5)`', looked, '@critical(maxStale: 5)'),
  row('`@critical`: PostgreSQL said so just now', looked, '@critical'),
  row('Redis, a look-up a request', looked, 'Redis, a GET a request'),
  row('knex, a look-up a request', looked, 'knex, a look-up a request'),
  row('better-auth, a session a request', looked, 'better-auth, a session a request'),
  row('graphql-shield, ES256', verified, 'graphql-shield, KeyObject, ES256'),
  row('mercurius-auth, ES256', verified, 'mercurius-auth, ES256'),
  row('Apollo on fastify, which asks nobody', floors, 'Apollo on fastify alone'),
];
const rung = runs.find(({ count, name }) => count === 3 && name === 'doorbell').fromAcked;
const isNoisy = [noise, noiseOfCritical].some(({ doubts }) => doubts.length > 0);
const text = `${table(['a field behind', 'share of guards off', 'requests a second', 'CPU µs a request'], rows)}

64 connections, 1,000 sessions, on one core of two (${machine.cpu}); a share is a median of rounds taken in turn, and where that lies, 95 % sure.
${isNoisy ? 'The machine was not quiet: some shares are known less well than to 8 %.' : ''} A revocation that was acknowledged on one of
three nodes was refused on all of them ${rung.p50} ms later (p99 ${rung.p99} ms). Of refreshes there were ${refresh.median} a second, where
pgbench made ${update.median} updates of a row: ${refreshShare.median.toFixed(2)}.`;
console.log(text);
await writeBetween('README.md', 'bench:summary', text);
