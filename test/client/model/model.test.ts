import fc from 'fast-check';
import { FOUND } from './found.js';
import { Story } from './story.js';
import type { Act } from './story.js';
import type { Kind } from './world.js';

/** The same every time; `SEED=$RANDOM RUNS=5000` goes looking. */
const SEED = Number(process.env['SEED'] ?? 1126);
const RUNS = Number(process.env['RUNS'] ?? 30);
const KINDS: readonly Kind[] = ['cookie', 'web storage', 'slow storage', 'memory'];

const SIGNED_IN: readonly Act[] = [
  { act: 'drain' },
  { act: 'advance', ms: 500 },
  { act: 'drain' },
  { act: 'login', which: 0 },
  { act: 'drain' },
];

const which = fc.nat({ max: 11 });
const next = fc.record({ act: fc.constant('next' as const), which });
const use = (...uses: Extract<Act, { which: number }>['act'][]) =>
  fc.record({ act: fc.constantFrom(...uses), which }) as fc.Arbitrary<Act>;
const advance = fc.record({
  act: fc.constant('advance' as const),
  ms: fc.constantFrom(10, 40, 500, 2_100, 20_000, 100_000, 230_000, 230_000, 400_000),
});
const others = fc
  .constantFrom(...(['open', 'network', 'revoke', 'drain', 'drain'] as const))
  .map((act): Act => ({ act }));
const single = fc.oneof(
  { weight: 12, arbitrary: next },
  { weight: 2, arbitrary: use('lose') },
  { weight: 4, arbitrary: advance },
  { weight: 5, arbitrary: use('login', 'logout', 'ask', 'ask', 'wake', 'close', 'prove') },
  { weight: 3, arbitrary: others },
) as fc.Arbitrary<Act>;
/** Something begins, gets so far, and then somebody signs out, or in, or comes. */
const race = fc
  .tuple(
    fc.oneof(
      fc.constant<Act>({ act: 'advance', ms: 230_000 }),
      fc.constant<Act>({ act: 'open' }),
      use('login', 'logout', 'prove'),
    ),
    fc.array(next, { maxLength: 5 }),
    fc.oneof(use('logout', 'login', 'prove'), fc.constant<Act>({ act: 'open' })),
    fc.array(next, { maxLength: 3 }),
  )
  .map(([first, far, second, further]): Act[] => [first, ...far, second, ...further]);
const acts = fc
  .array(
    fc.oneof({ weight: 6, arbitrary: single.map((act) => [act]) }, { weight: 2, arbitrary: race }),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.flat());

async function tell(kind: Kind, isSignedIn: boolean, list: readonly Act[]): Promise<void> {
  const story = new Story(kind);
  if (isSignedIn) for (const act of SIGNED_IN) await story.play(act);
  for (const act of list) await story.play(act);
  await story.end();
  for (const id of [...story.world.tabs.keys()]) story.world.close(id);
}

it.each(FOUND)('keeps its promises: $what ($kind)', ({ kind, isSignedIn, acts: list }) =>
  tell(kind, isSignedIn, list),
);

it.each(KINDS)(
  'keeps its promises however things happen: %s',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), acts, (isSignedIn, list) => tell(kind, isSignedIn, list)),
      { seed: SEED, numRuns: RUNS },
    );
  },
  120_000,
);

/** What may happen to a browser, at whichever step of something else that is under way. */
const UNDER_WAY: readonly Act[] = [
  { act: 'advance', ms: 250_000 },
  { act: 'login', which: 0 },
  { act: 'prove', which: 0 },
  { act: 'open' },
];
const INTERRUPTIONS: readonly Act[] = [
  { act: 'logout', which: 0 },
  { act: 'logout', which: 1 },
  { act: 'login', which: 0 },
  { act: 'login', which: 1 },
];

it.each(KINDS)('keeps its promises at every step: %s', async (kind) => {
  for (const first of UNDER_WAY) {
    for (const second of INTERRUPTIONS) {
      for (let steps = 0; steps <= 9; steps += 1) {
        const far = Array.from({ length: steps }, (): Act => ({ act: 'next', which: 0 }));
        await tell(kind, true, [
          { act: 'advance', ms: 1_000 },
          { act: 'drain' },
          ...[first, ...far, second, { act: 'drain' } as const],
        ]);
      }
    }
  }
});
