import { randomInt } from 'node:crypto';
import { explain, summary } from './report.js';
import { run } from './run.js';
import { rulesFor } from './settings.js';

const SEED = Number(process.env['HISTORY_SEED'] ?? randomInt(2 ** 31));
const SECONDS = Number(process.env['HISTORY_SECONDS'] ?? 20);
const CHOICE = { scheme: 'refresh', store: 'postgres' } as const;

describe('three nodes, clients, admins, thieves and troubles', () => {
  it(
    `keep every promise for ${SECONDS} s (again: npm run test:history -- --seed ${SEED} --seconds ${SECONDS})`,
    async () => {
      const { history, violations } = await run({ ...CHOICE, seed: SEED, seconds: SECONDS });
      const told = violations
        .slice(0, 3)
        .map((violation) => explain(violation, history, rulesFor(CHOICE)));
      if (told.length > 0) throw new Error([summary(history), ...told].join('\n'));
      expect(history.operations.length).toBeGreaterThan(SECONDS);
    },
    // Start, end and the wait for agreement, on a busy machine.
    SECONDS * 1_000 + 180_000,
  );
});
