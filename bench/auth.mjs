// What it costs a request that somebody looks who asks: our server with its guards on and off, the floors that it
// stands on, and peers on the same PostgreSQL and Redis, each set up as its own documentation says.
import { availableParallelism } from 'node:os';
import { startCluster, withUndo } from './support/cluster.mjs';
import { compare } from './support/compare.mjs';
import { requestBytes } from './support/connection.mjs';
import { watchMachine } from './support/cpu.mjs';
import { canPin, pinSelf } from './support/node.mjs';
import { startRedis } from './support/redis.mjs';
import { keep, machine, say, table } from './support/report.mjs';
import { queryOf } from './support/subject.mjs';
import { startSubject } from './support/subjects.mjs';

const CORE = { server: 0, load: 1 };
const PORTCULLIS = 'portcullis';

const results = await withUndo(async (defer) => {
  const where = { ...machine(), pinned: canPin, cores: availableParallelism() };
  const watch = await watchMachine();
  // The load and the stores share one core; the server that is asked has the other.
  pinSelf(CORE.load);
  const cluster = await startCluster();
  defer(cluster.stop);
  const redis = await startRedis();
  defer(redis.stop);
  let databases = 0;
  const start = async (subject, options = {}) => {
    say(`starting ${subject}…`);
    const database = await cluster.createDatabase(`subject_${(databases += 1)}`);
    const env = { REDIS_URL: redis.url, ...options.env };
    const started = await startSubject({ subject, database, core: CORE.server, ...options, env });
    defer(started.stop);
    return started;
  };
  const asked = ({ url, pid, headers }, name, query) => ({
    ...{ name, url, pid },
    requests: headers.map((header) => requestBytes(query, { headers: header })),
  });

  const off = await start(PORTCULLIS, { env: { WAY: 'open' } });
  const on = await start(PORTCULLIS);
  const fastify = await start('fastify-apollo');
  const bare = await start('bare-apollo');
  const base = asked(off, 'guards off', queryOf('open'));
  const guarded = (kind, count) =>
    asked(on, `@${kind}${count > 1 ? `, ${count} fields` : ''}`, queryOf(kind, count));

  say('guards…');
  const guards = await compare(base, [
    guarded('auth', 1),
    guarded('stale', 1),
    guarded('critical', 1),
    asked(on, 'guards on, @public', queryOf('open')),
    asked(fastify, 'Apollo on fastify alone', queryOf('open')),
    asked(bare, 'Apollo on node:http alone', queryOf('open')),
  ]);
  return { machine: where, guards, watch: watch.verdict(guards.doubts) };
});
console.log(
  table(
    ['', 'share', 'least to most', 'requests a second', 'CPU µs'],
    [
      [
        results.guards.base.name,
        1,
        '',
        results.guards.base.perSecond,
        results.guards.base.cpuMicros,
      ],
      ...results.guards.subjects.map((s) => [
        s.name,
        s.share,
        `${s.least} to ${s.most}`,
        s.perSecond,
        s.cpuMicros,
      ]),
    ],
  ),
);
console.log(results.watch);
keep('auth', results);
