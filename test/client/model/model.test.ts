import fc from 'fast-check';
import { Story } from './story.js';
import type { Act } from './story.js';
import type { Kind } from './world.js';

/** The same every time; `SEED=$RANDOM RUNS=5000` goes looking. */
const SEED = Number(process.env['SEED'] ?? 1126);
const RUNS = Number(process.env['RUNS'] ?? 100);
const KINDS: readonly Kind[] = ['cookie', 'web storage', 'slow storage', 'memory'];

const SIGNED_IN: readonly Act[] = [
  { act: 'drain' },
  { act: 'advance', ms: 500 },
  { act: 'drain' },
  { act: 'login', which: 0 },
  { act: 'drain' },
];

const which = fc.nat({ max: 11 });
const acts = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ act: fc.constant('next' as const), which }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('lose' as const), which }) },
    {
      weight: 4,
      arbitrary: fc.record({
        act: fc.constant('advance' as const),
        ms: fc.constantFrom(10, 40, 500, 2_100, 20_000, 100_000, 230_000, 230_000, 400_000),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        act: fc.constantFrom(...(['login', 'logout', 'ask', 'ask', 'wake', 'close'] as const)),
        which,
      }),
    },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom(...(['open', 'network', 'revoke', 'drain', 'drain'] as const))
        .map((act) => ({ act })),
    },
  ),
  { maxLength: 80 },
) as fc.Arbitrary<Act[]>;

it.each(KINDS)(
  'keeps its promises however things happen: %s',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), acts, async (isSignedIn, list) => {
        const story = new Story(kind);
        if (isSignedIn) for (const act of SIGNED_IN) await story.play(act);
        for (const act of list) await story.play(act);
        await story.end();
        for (const id of [...story.world.tabs.keys()]) story.world.close(id);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  },
  120_000,
);
