import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { missing } from '../support/debian.js';
import { PGBOUNCER } from '../support/pgbouncer.js';
import { POSTGRES_15 } from '../support/postgres-15.js';
import { explain, summary } from './report.js';
import { run } from './run.js';
import { rulesFor } from './settings.js';

const USAGE = `npm run test:history -- [options]
  --seed N              whole number; the same one makes the same plan. Default: by chance
  --seconds S           how long the play lasts. Default 60
  --scheme NAME         PORTCULLIS_SCHEME. Default refresh
  --store NAME          SESSION_STORE: postgres or redis. Default postgres
  --auth-max-stale D    AUTH_MAX_STALE, such as 1s. Default: unset
  --no-faults           only what clients and admins do
  --no-failover         no standby that takes the database's place. Default: where PostgreSQL 15 is installed
  --asynchronous        commits do not wait for the standby: a fail-over loses the last of them
  --no-pooler           no PgBouncer before one of the nodes. Default: where it is installed
`;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    scheme: { type: 'string', default: 'refresh' },
    store: { type: 'string', default: 'postgres' },
    'auth-max-stale': { type: 'string' },
    faults: { type: 'boolean', default: true },
    failover: { type: 'boolean' },
    asynchronous: { type: 'boolean', default: false },
    pooler: { type: 'boolean' },
    help: { type: 'boolean', default: false },
  },
});

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** Whether it is in the play; asked for by name and not there is an error. */
function inTheMix(what: string, asked: boolean | undefined, programs: readonly string[]): boolean {
  const lacks = missing(programs);
  if (asked === false || lacks.length === 0) return asked !== false;
  if (asked) throw new Error(`--${what} needs ${lacks.join(', ')}`);
  say(`without ${what}: there is no ${lacks.join(', ')}`);
  return false;
}

async function main(): Promise<void> {
  if (values.help) {
    say(USAGE);
    return;
  }
  const failOver = inTheMix('failover', values.failover, POSTGRES_15)
    ? values.asynchronous
      ? ('asynchronous' as const)
      : ('synchronous' as const)
    : undefined;
  const choice = {
    failOver,
    pooler: inTheMix('pooler', values.pooler, PGBOUNCER),
    scheme: values.scheme,
    store: values.store === 'redis' ? ('redis' as const) : ('postgres' as const),
    authMaxStale: values['auth-max-stale'],
  };
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  const seconds = Number(values.seconds);
  const mix = [failOver && `${failOver} fail-over`, choice.pooler && 'a pooler'].filter(Boolean);
  const told = [`scheme ${choice.scheme}`, `store ${choice.store}`, ...mix].join(', ');
  say(`seed ${seed}, ${seconds} s, ${told}`);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => ending.abort());
  }
  const { history, violations } = await run({
    signal: ending.signal,
    ...choice,
    ...{ seed, seconds, faults: values.faults },
    onProgress: (line) => say(`  ${line}`),
  });
  say(summary(history));
  if (violations.length === 0) {
    say(`seed ${seed}: ${history.operations.length} operations, no invariant violated.`);
    return;
  }
  const file = join(tmpdir(), `portcullis-history-${seed}.json`);
  await writeFile(file, JSON.stringify(history, undefined, 1));
  for (const violation of violations.slice(0, 3))
    say(explain(violation, history, rulesFor(choice)));
  const invariants = [...new Set(violations.map(({ invariant }) => invariant))].join(', ');
  say(`seed ${seed}: ${violations.length} violations (${invariants}); the whole history: ${file}`);
  process.exitCode = 1;
}

await main();
