import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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
    help: { type: 'boolean', default: false },
  },
});

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  if (values.help) {
    say(USAGE);
    return;
  }
  const choice = {
    scheme: values.scheme,
    store: values.store === 'redis' ? ('redis' as const) : ('postgres' as const),
    authMaxStale: values['auth-max-stale'],
  };
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  const seconds = Number(values.seconds);
  say(`seed ${seed}, ${seconds} s, scheme ${choice.scheme}, store ${choice.store}`);
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
