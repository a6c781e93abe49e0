import type { Outcome } from './history.js';
import { ask, login, ok, refresh, refused, tokens, unavailable, violated } from './hand-made.js';

const answer = (more: object): Outcome => ({ ...(ok as object), ...more }) as Outcome;
const expired = refused('UNAUTHENTICATED', 'TOKEN_EXPIRED', 401);

describe('an answer outside the contract', () => {
  it.each<[string, Outcome]>([
    ['not JSON', { kind: 'malformed', status: 502, text: '<html>' }],
    ['a status of its own', answer({ status: 500 })],
    ['an internal error', refused('INTERNAL_SERVER_ERROR', 'INTERNAL')],
    ['a code of its own', refused('OOPS', 'OOPS')],
    ['a reason of another code', refused('UNAUTHENTICATED', 'SCOPE_MISSING')],
    [
      'an outage that is not retryable',
      answer({
        refusals: [
          {
            code: 'STORE_UNAVAILABLE',
            reason: 'STORE_UNAVAILABLE',
            retryable: false,
            retryAfter: false,
          },
        ],
      }),
    ],
    ['401 with data', answer({ ...expired, hasData: true })],
    ['401 without a challenge', answer({ ...expired, challenge: false })],
    ['401 for another code', refused('FORBIDDEN', 'SCOPE_MISSING', 401)],
    ['200 without data', answer({ hasData: false })],
  ])('is found: %s', (_, outcome) => {
    expect(violated([login(0), ask(6_000, 'critical', outcome)])).toContain('contract');
  });

  it('is none where it is as the table says', () => {
    for (const outcome of [ok, expired, unavailable]) {
      expect(violated([login(0), ask(6_000, 'critical', outcome)])).toEqual([]);
    }
  });
});

describe('an outage', () => {
  it('that stops plain @auth fields is found, unless they are bounded', () => {
    const outage = refused('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE');
    const history = [login(0), ask(100, 'plain', outage)];
    expect(violated(history)).toEqual(['contract']);
    expect(violated(history, { rules: { plainWithin: 1_000 } })).toEqual([]);
    expect(violated([login(0), ask(100, 'critical', outage)])).toEqual([]);
    expect(violated([login(0), refresh(100, 0, outage)])).toEqual(['contract']);
  });

  it('of a connection is found where nobody touched the node', () => {
    const cut = ask(100, 'plain', { kind: 'cut', why: 'network' }, { node: 1 });
    const fault = (kind: string, node: number) => ({ faults: [{ kind, node, from: 0, to: 500 }] });
    expect(violated([login(0), cut], fault('kill node', 1))).toEqual([]);
    expect(violated([login(0), cut], fault('kill node', 0))).toEqual(['contract']);
    expect(violated([login(0), cut], fault('black hole', 1))).toEqual(['contract']);
  });

  it('that a node hides by not answering is found', () => {
    const silent = ask(100, 'critical', { kind: 'cut', why: 'time-out' }, { took: 30_000 });
    expect(violated([login(0), silent])).toEqual(['contract']);
  });
});

it('a plain history of everything is free of violations', () => {
  expect(violated([login(0), ask(50, 'plain', ok), refresh(100, 0, tokens(1))])).toEqual([]);
});
