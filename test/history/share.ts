import { randomInt } from 'node:crypto';
import { explain, summary } from './report.js';
import { run } from './run.js';
import { rulesFor } from './settings.js';
import type { Choice } from './settings.js';

const SEED = Number(process.env['HISTORY_SEED'] ?? randomInt(2 ** 31));

/** A test: the play of a seed, for some seconds unless HISTORY_SECONDS has another number. */
export function playShare({ seconds: usual, ...choice }: Choice & { seconds: number }): void {
  const seconds = Number(process.env['HISTORY_SECONDS'] ?? usual);
  const flags = [
    ...['--seed', SEED, '--seconds', seconds],
    ...(choice.failOver === undefined ? ['--no-failover'] : []),
    ...(choice.pooler === true ? [] : ['--no-pooler']),
  ];
  it(
    `keep every promise for ${seconds} s (again: npm run test:history -- ${flags.join(' ')})`,
    async () => {
      const { history, violations } = await run({ ...choice, seed: SEED, seconds });
      const told = violations
        .slice(0, 3)
        .map((violation) => explain(violation, history, rulesFor(choice)));
      if (told.length > 0) throw new Error([summary(history), ...told].join('\n'));
      expect(history.operations.length).toBeGreaterThan(seconds);
    },
    // Start, end and the wait for agreement, on a busy machine.
    seconds * 1_000 + 240_000,
  );
}
