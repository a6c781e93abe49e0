import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { PATIENCE, SEEDS, budget } from '../../fuzz/budget.js';
import { type Recipe, forge, recipe } from './forge.js';
import { court } from './oracle.js';
import { STRICTER, classesOf } from './stricter.js';

const here = court();
const elapsed = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 310_000 }));

const SPACE_AHEAD: Recipe = {
  ...{ header: [], claims: [], headerText: 'as it is', payloadText: 'as it is' },
  ...{ signer: 'ours', encoded: ['a space within', 0] },
};

describe('tokens forged at random', () => {
  it.each(SEEDS)(
    'pass with us only if they pass with jose, or we say why: seed %i',
    async (seed) => {
      const seen = { both: 0, josesAlone: 0, neither: 0 };
      await fc.assert(
        fc.asyncProperty(recipe, elapsed, async (from, milliseconds) => {
          const session = here.session(milliseconds);
          const token = forge(from, here, session);
          const [ours, joses] = [session.ours(token), await session.jose(token)];
          const why = classesOf(token, session.now / 1_000).map(({ what }) => what);
          if (ours) expect({ token, joses, why }).toEqual({ token, joses: true, why: [] });
          else if (joses)
            expect({ token, explained: why.length > 0 }).toMatchObject({ explained: true });
          seen[ours ? 'both' : joses ? 'josesAlone' : 'neither'] += 1;
        }),
        budget(500, seed),
      );
      // The generator reaches all that there is to tell apart.
      for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
    },
    PATIENCE,
  );

  it('pass with a service that has the public keys only if they pass with jose', async () => {
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(recipe, async (from) => {
        const session = here.session();
        const token = forge(from, here, session);
        if (!(await here.service(token))) return;
        passed += 1;
        // Spaces around it belong to the header (RFC 9110, 11.4), so jose is not shown them.
        const joses = await session.jose(token.replace(/^ +| +$/g, ''));
        expect({ token, joses }).toEqual({ token, joses: true });
      }),
      { numRuns: 100, examples: [[SPACE_AHEAD]] },
    );
    expect(passed).toBeGreaterThan(0);
  });

  it('never make a verifier throw anything but a refusal', () => {
    const session = here.session();
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.base64String({ maxLength: 40 }), { maxLength: 6 }).map((list) => list.join('.')),
      fc
        .json()
        .map((json) => Buffer.from(json).toString('base64url'))
        .map((s) => `${s}.${s}.${s}`),
    );
    fc.assert(fc.property(text, (token) => expect(session.ours(token)).toBe(false)));
  });
});

describe.each(STRICTER)('$what', ({ what, example }) => {
  it('passes with jose, and with us it does not, for that reason alone', async () => {
    const session = here.session();
    const token = example(here, session);
    expect(await session.jose(token)).toBe(true);
    expect(session.ours(token)).toBe(false);
    expect(await here.service(token)).toBe(false);
    expect(classesOf(token, session.now / 1_000).map((each) => each.what)).toEqual([what]);
  });
});

describe('the page on tokens', () => {
  it('tells of each thing that we refuse and jose does not, and why', () => {
    const page = readFileSync(resolve(__dirname, '../../../docs/tokens.md'), 'utf8');
    const rows = [...page.matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\|$/gm)].map(([, ...row]) => row);
    const from = rows.findIndex(([what]) => what === 'refused here, accepted by jose');
    expect(rows.slice(from + 2, from + 2 + STRICTER.length)).toEqual(
      STRICTER.map(({ what, why }) => [what, why]),
    );
    expect(rows[from + 2 + STRICTER.length]).toBeUndefined();
  });
});
