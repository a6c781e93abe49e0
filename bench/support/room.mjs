import { startCluster, withUndo } from './cluster.mjs';
import { requestBytes } from './connection.mjs';
import { percent, watchMachine } from './cpu.mjs';
import { canPin, pinSelf } from './node.mjs';
import { startRedis } from './redis.mjs';
import { machine, say } from './report.mjs';
import { queryOf } from './subject.mjs';
import { startSubject } from './subjects.mjs';

/** The load and the stores share one core; the server that is asked has the other. */
const CORE = { server: 0, load: 1 };
/** To what part of itself a share has to be known, either way. */
const UNSURE = 0.08;

/**
 * A place to compare servers in: one PostgreSQL and one Redis for all of them, each with a database of its own.
 * @param work is given how to start a subject, and how to ask it
 */
export function inRoom(work) {
  return withUndo(async (defer) => {
    const where = { ...machine(), pinned: canPin };
    const watch = await watchMachine();
    pinSelf(CORE.load);
    const cluster = await startCluster();
    defer(cluster.stop);
    const redis = await startRedis();
    defer(redis.stop);
    let databases = 0;
    const start = async (subject, { env = {}, ...options } = {}) => {
      say(`starting ${[subject, env.WAY, env.ALGORITHM].filter(Boolean).join(', ')}…`);
      databases += 1;
      const started = await startSubject({
        ...{ subject, core: CORE.server },
        database: await cluster.createDatabase(`subject_${databases}`),
        env: { REDIS_URL: redis.url, ...env },
        ...options,
      });
      defer(started.stop);
      return started;
    };
    const results = await work({ start, asked });
    return { machine: where, ...results, noise: watch.verdict(doubtsOf(results)) };
  });
}

function doubtsOf(results) {
  const shares = Object.values(results).flatMap((result) => result?.subjects ?? []);
  const unsure = shares.map(({ share, from, to }) => (to - from) / 2 / share);
  const worst = Math.max(...unsure);
  return worst > UNSURE
    ? [
        `of ${shares.length} shares ${unsure.filter((one) => one > UNSURE).length} are known no better than to ` +
          `${percent(UNSURE)} either way, the worst to ${percent(worst)}`,
      ]
    : [];
}

/**
 * One side of a comparison: a subject, and what it is asked in turn.
 * @param {{ kind: string, count?: number, headers?: object[], sessions?: number }} what the fields; whose headers,
 * by default its own; how many of them
 */
function asked(subject, name, { kind, count = 1, headers = subject.headers, sessions }) {
  const query = queryOf(kind, count);
  const presented = headers.slice(0, sessions);
  const requests = presented.map((header) => requestBytes(query, { headers: header }));
  return { name, url: subject.url, pid: subject.pid, requests };
}

/** What a run says of itself, as a sentence. */
export function inWords({ doubts }) {
  return doubts.length === 0
    ? 'The machine was quiet enough.'
    : `**The machine was too noisy to tell**: ${doubts.join('; ')}.`;
}
