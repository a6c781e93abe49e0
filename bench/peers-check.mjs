// That every peer of the comparison does what it is compared for: it answers who is signed in, and nobody else.
import { startCluster, withUndo } from './support/cluster.mjs';
import { Connection, requestBytes } from './support/connection.mjs';
import { startRedis } from './support/redis.mjs';
import { queryOf } from './support/subject.mjs';
import { startSubject } from './support/subjects.mjs';

const ALGORITHMS = ['HS256', 'RS256', 'ES256'];
/** Each peer's ways, and which fields it guards. */
const PEERS = [
  ['graphql-shield', 'auth', ['string-secret', 'key-object'], ALGORITHMS],
  ['yoga-generic-auth', 'auth', ['granular', 'resolve-only'], ALGORITHMS],
  ['mercurius-auth', 'auth', ['plain', 'jit'], ALGORITHMS],
  ['supertokens', 'auth', ['']],
  ['better-auth', 'auth', ['cookie-cache']],
  ['better-auth', 'critical', ['store']],
  ['express-session', 'critical', ['']],
  ['redis-session', 'critical', ['auto', 'plain']],
  ['knex-session', 'critical', ['knex', 'pg', 'loader-per-request']],
];
const SESSIONS = 3;
const TOKENS = 2;

/** One character in the middle is another one: of the token, or of each cookie. */
const forged = (headers) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, text.split('; ').map(bent).join('; ')]),
  );

function bent(text) {
  const at = Math.floor(text.length / 2);
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

async function check({ url, headers }, kind) {
  const connection = new Connection(url);
  const send = async (count, presented) => {
    const bytes = requestBytes(queryOf(kind, count), { headers: presented });
    return JSON.parse((await connection.send(bytes)).body);
  };
  // A compiled query is one that was asked before.
  for (const count of [1, 7, 1, 7]) {
    for (const presented of headers) {
      const { data, errors } = await send(count, presented);
      const oks = Object.values(data ?? {}).filter((value) => value === 'ok');
      if (errors || oks.length !== count) throw new Error(`refused: ${JSON.stringify(errors)}`);
    }
    for (const presented of [{}, forged(headers[0])]) {
      const { data, errors } = await send(count, presented);
      if (!errors || Object.values(data ?? {}).includes('ok')) throw new Error('let through');
    }
  }
  connection.close();
}

await withUndo(async (defer) => {
  const cluster = await startCluster();
  defer(cluster.stop);
  const redis = await startRedis();
  defer(redis.stop);
  let databases = 0;
  for (const [subject, kind, ways, algorithms = ['']] of PEERS) {
    for (const way of ways) {
      for (const algorithm of algorithms) {
        const database = await cluster.createDatabase(`peer_${(databases += 1)}`);
        const signing = algorithm === '' ? {} : { ALGORITHM: algorithm };
        const env = { REDIS_URL: redis.url, WAY: way, TOKENS: String(TOKENS), ...signing };
        const peer = await startSubject({ subject, database, sessions: SESSIONS, env });
        await check(peer, kind).finally(peer.stop);
        console.log(['good:', subject, way, algorithm].join(' ').trim());
      }
    }
  }
});
