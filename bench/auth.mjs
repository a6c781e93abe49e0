// What a request pays for being known: our server with its guards on and off, the floors that it stands on, and peers
// that verify a token without asking anybody.
import { inWords as shareInWords, compare, ratio, tableOf } from './support/compare.mjs';
import { plot } from './support/plot.mjs';
import { keep, say, writeBetween } from './support/report.mjs';
import { inRoom, inWords } from './support/room.mjs';
import { barsOf } from './support/bars.mjs';
import { rounds } from './support/rounds.mjs';

const CONNECTIONS = [1, 16, 256];
/** Rounds of what is measured beside the main comparisons. */
const FEWER = rounds(25, 9);
/** Of each session, so that the cache, 10,000 tokens, has forgotten each when it comes again. */
const TOKENS = '30';
const OURS = '@auth';

const PEERS = [
  ['graphql-shield, string secret, HS256', 'graphql-shield', 'string-secret', 'HS256'],
  ['graphql-shield, string secret, ES256', 'graphql-shield', 'string-secret', 'ES256'],
  ['graphql-shield, KeyObject, HS256', 'graphql-shield', 'key-object', 'HS256'],
  ['graphql-shield, KeyObject, RS256', 'graphql-shield', 'key-object', 'RS256'],
  ['graphql-shield, KeyObject, ES256', 'graphql-shield', 'key-object', 'ES256'],
  ['Yoga + generic-auth, ES256', 'yoga-generic-auth', '', 'ES256'],
  ['mercurius-auth, ES256', 'mercurius-auth', '', 'ES256'],
  ['mercurius-auth, jit, ES256', 'mercurius-auth', 'jit', 'ES256'],
  ['better-auth, cookie cache', 'better-auth', 'cookie-cache'],
  ['SuperTokens, RS256', 'supertokens', ''],
];

const results = await inRoom(async ({ start, asked }) => {
  const on = await start('portcullis');
  const off = await start('portcullis', { env: { WAY: 'open' } });
  const twin = await start('portcullis', { env: { WAY: 'open' } });
  const fastify = await start('fastify-apollo');
  const bare = await start('bare-apollo');
  const { headers } = on;
  // The same requests, tokens and all.
  const base = (count = 1, sessions) =>
    asked(off, 'guards off', { kind: 'open', count, headers, sessions });
  const ours = (options = {}) => asked(on, OURS, { kind: 'auth', ...options });

  say('floors…');
  const floors = await compare(base(), [
    ours(),
    asked(on, 'guards on, @public', { kind: 'open' }),
    // How far apart two processes of one and the same server are.
    asked(twin, 'guards off, another process', { kind: 'open', headers }),
    asked(fastify, 'Apollo on fastify alone', { kind: 'open', headers }),
    asked(bare, 'Apollo on node:http alone', { kind: 'open', headers }),
  ]);
  const found = { floors };
  for (const connections of CONNECTIONS) {
    say(`${connections} connections…`);
    found[`at ${connections}`] = await compare(base(), [ours()], { connections, most: FEWER });
  }
  say('seven fields, one session…');
  found['seven fields'] = await compare(base(7), [ours({ count: 7 })]);
  found['one session'] = await compare(base(1, 1), [ours({ sessions: 1 })]);

  const sides = [];
  for (const [name, subject, WAY, ALGORITHM = ''] of PEERS) {
    const env = { WAY, ...(ALGORITHM ? { ALGORITHM } : {}) };
    sides.push(asked(await start(subject, { env }), name, { kind: 'auth' }));
  }
  say('peers…');
  const peers = await compare(base(), [ours(), ...sides]);
  say('tokens that are new…');
  const cold = await start('portcullis', { env: { TOKENS } });
  const shield = await start('graphql-shield', {
    env: { TOKENS, WAY: 'key-object', ALGORITHM: 'ES256' },
  });
  const isNew = 'each token new';
  found.cold = await compare(base(), [
    asked(cold, `${OURS}, ${isNew}`, { kind: 'auth' }),
    asked(shield, `graphql-shield, KeyObject, ES256, ${isNew}`, { kind: 'auth' }),
  ]);
  const shielded = 'graphql-shield, KeyObject, ES256';
  return { ...found, peers, ratios: [ratio(peers, OURS, shielded)] };
});

const { floors, peers, ratios, noise, machine, ...more } = results;
const share = ({ subjects: [ours] }) => shareInWords(ours);
const [{ other, ...times }] = ratios;
const text = `${tableOf(floors)}

\`@auth\` as a share of guards off at 1, 16 and 256 connections: ${CONNECTIONS.map((n) => share(more[`at ${n}`])).join(', ')}.
Seven fields: ${share(more['seven fields'])}. One session for all: ${share(more['one session'])}.

${tableOf(peers)}

\`@auth\` answers ${shareInWords(times)} times as many requests as ${other}.

${tableOf(more.cold)}

Measured at ${machine.at.slice(0, 16).replace('T', ' ')} UTC on ${machine.cpu}, Node.js ${machine.node}. ${inWords(noise)}`;
console.log(text);
keep('auth', results);
plot('auth', {
  title: 'Requests a second of an @auth field, as a share of guards off',
  note: '64 connections, 1,000 sessions, ES256 where nothing else is said; lines: where a median lies, 95 % sure',
  bars: barsOf(peers),
});
await writeBetween('docs/performance.md', 'bench:auth', text);
