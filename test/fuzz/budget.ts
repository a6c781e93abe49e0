import { randomInt } from 'node:crypto';

/** How long `npm run fuzz` was told to go on, in milliseconds; undefined within the suite. */
const milliseconds =
  process.env['FUZZ_SECONDS'] === undefined
    ? undefined
    : Number(process.env['FUZZ_SECONDS']) * 1_000;

/** The same plan every time, and another one each time; what fails names its own. */
export const SEEDS: readonly number[] =
  process.env['FUZZ_SEED'] === undefined
    ? [20_300_101, randomInt(2 ** 31)]
    : [Number(process.env['FUZZ_SEED'])];

/** Jest's patience with one property. */
export const PATIENCE = (milliseconds ?? 0) + 60_000;

/** For `fc.assert`: so many runs within the suite, and as many as there is time for beyond it. */
export function budget(numRuns: number, seed: number) {
  if (milliseconds === undefined) return { numRuns, seed };
  return {
    ...{ numRuns: Number.MAX_SAFE_INTEGER, seed },
    ...{ interruptAfterTimeLimit: milliseconds, markInterruptAsFailure: false },
  };
}
