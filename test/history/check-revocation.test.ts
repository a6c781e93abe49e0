import { ask, bearer, login, lost, ok, op, refresh, refused, revoke } from './hand-made.js';
import { revoked, tokens, unavailable, violated } from './hand-made.js';

const elsewhere = { node: 1 };
const disable = (at: number) =>
  op(at, { kind: 'disable', user: 'U' }, ok, { role: 'admin', by: bearer(0, 'admin') });
const enable = (at: number) =>
  op(at, { kind: 'enable', user: 'U' }, ok, { role: 'admin', by: bearer(0, 'admin') });

describe('a revoked session that passes @critical', () => {
  it('is found, by a field and by a refresh', () => {
    const before = [login(0), revoke(1_000)];
    const late = ask(1_011, 'critical', ok, elsewhere);
    expect(violated([...before, late])).toEqual(['revoked-passes-critical']);
    const renewed = refresh(1_500, 0, tokens(1), elsewhere);
    expect(violated([...before, renewed])).toEqual(['revoked-passes-critical']);
  });

  it('is none if the request began before the revocation was acknowledged', () => {
    expect(violated([login(0), revoke(1_000), ask(1_009, 'critical', ok, elsewhere)])).toEqual([]);
  });

  it('is none if the revocation was not acknowledged, was refused, or was another session’s', () => {
    const late = ask(2_000, 'critical', ok, elsewhere);
    for (const open of [
      lost,
      unavailable,
      refused('FORBIDDEN', 'REAUTHENTICATION_REQUIRED', 403),
    ]) {
      const admin = op(0, { kind: 'login', user: 'A' }, tokens(0, 'admin'), { role: 'ghost' });
      const act = revoke(1_000, open, { role: 'ghost' });
      expect(violated([admin, login(0), act, late])).toEqual([]);
    }
    expect(
      violated([
        login(0),
        login(20, 'T'),
        revoke(1_000),
        ask(2_000, 'critical', ok, {
          by: bearer(30, 'T'),
        }),
      ]),
    ).toEqual([]);
  });

  it('is found for all acts that end sessions, and not for sessions that began afterwards', () => {
    const by = bearer(0, 'admin');
    const acts = [
      { kind: 'revokeUser', user: 'U' },
      { kind: 'revokeUser', user: 'U', device: 'device of S' },
      { kind: 'disable', user: 'U' },
      { kind: 'changePassword', user: 'U' },
      { kind: 'logoutEverywhere', user: 'U', keepCurrent: true },
      { kind: 'revokeAll' },
      { kind: 'rotateKey', revokeIssued: true },
    ] as const;
    for (const act of acts) {
      const ended = op(1_000, act, ok, { role: 'admin', by });
      const history = [login(0), ended, ask(1_100, 'critical', ok, elsewhere)];
      expect(violated(history)).toEqual(['revoked-passes-critical']);
      const fresh = op(1_100, { kind: 'ask', demand: 'critical' }, ok, { by: bearer(1_060, 'T') });
      const login2 = op(1_050, { kind: 'login', user: 'U' }, tokens(0, 'T'), { role: 'ghost' });
      const wanted = act.kind === 'disable' ? ['disabled-signs-in'] : [];
      expect(violated([login(0), ended, login2, fresh])).toEqual(wanted);
    }
  });

  it('is none where the act spares it: another device, the session that stays', () => {
    const late = ask(1_100, 'critical', ok, elsewhere);
    const other = { kind: 'revokeUser', user: 'U', device: 'device of T' } as const;
    const others = { kind: 'logoutEverywhere', user: 'U', keepCurrent: true } as const;
    expect(violated([login(0), op(1_000, other, ok, { by: bearer(0, 'admin') }), late])).toEqual(
      [],
    );
    expect(violated([login(0), op(1_000, others, ok, { by: bearer(10) }), late])).toEqual([]);
  });

  it('is found for a token from before a change of the password, in the session that goes on', () => {
    const act = { kind: 'changePassword', user: 'U' } as const;
    const change = op(1_000, act, tokens(1), { by: bearer(10) });
    const old = ask(1_100, 'critical', ok, elsewhere);
    const fresh = ask(1_100, 'critical', ok, { by: bearer(1_010) });
    expect(violated([login(0), change, old])).toEqual(['revoked-passes-critical']);
    expect(violated([login(0), change, fresh])).toEqual([]);
  });
});

describe('a revoked session that passes a bounded field', () => {
  it('is found once the bound is over, and half a second', () => {
    const before = [login(0), revoke(1_000)];
    const far = { faults: [{ kind: 'black hole', node: 1, from: 0, to: 9_000 }] };
    expect(violated([...before, ask(2_400, 1_000, ok, elsewhere)], far)).toEqual([]);
    const late = ask(2_600, 1_000, ok, elsewhere);
    expect(violated([...before, late], far)).toEqual(['revoked-passes-bounded']);
  });

  it('is found in plain fields where those are bounded', () => {
    const history = [login(0), revoke(1_000), ask(2_600, 'plain', ok, elsewhere)];
    expect(violated(history)).toEqual([]);
    expect(violated(history, { rules: { plainWithin: 1_000 } })).toEqual([
      'revoked-passes-bounded',
    ]);
    const soon = [login(0), revoke(1_000), ask(1_020, 'plain', ok, elsewhere)];
    expect(violated(soon, { rules: { plainWithin: 0 } })).toEqual(['revoked-passes-bounded']);
  });
});

describe('a revoked session that passes plain @auth', () => {
  const before = [login(0), revoke(1_000)];
  it('is found when the feed should have told, and nothing stood in its way', () => {
    expect(violated([...before, ask(2_900, 'plain', ok, elsewhere)])).toEqual([]);
    const late = [...before, ask(3_200, 'plain', ok, elsewhere)];
    expect(violated(late)).toEqual(['revoked-passes-plain']);
    expect(violated(late, { rules: { feedWithin: undefined } })).toEqual([]);
  });

  it('is none while something stands in the feed’s way, and shortly afterwards', () => {
    const late = [...before, ask(3_200, 'plain', ok, elsewhere)];
    const fault = (node: number | undefined, from: number, to: number) => ({
      faults: [{ kind: 'frozen network', ...(node === undefined ? {} : { node }), from, to }],
    });
    expect(violated(late, fault(1, 900, 1_500))).toEqual([]);
    expect(violated(late, fault(undefined, 900, 1_500))).toEqual([]);
    expect(violated(late, fault(2, 900, 1_500))).toEqual(['revoked-passes-plain']);
  });

  it('is found when no token lives that long, whatever happened', () => {
    const forever = { faults: [{ kind: 'black hole', node: 1, from: 0, to: 20_000 }] };
    const by = bearer(10, 'S', 60_000);
    const late = ask(8_600, 'plain', ok, { ...elsewhere, by });
    expect(violated([...before, late], forever)).toEqual(['revoked-outlives-token']);
  });

  it('is found on the node that revoked, at once, for as long as that node lives', () => {
    expect(violated([...before, ask(1_011, 'plain', ok)])).toEqual(['own-revocation-forgotten']);
    expect(violated([...before, ask(1_011, 'plain', ok, { life: 2 })])).toEqual([]);
    const first = revoke(500, ok, { node: 2 });
    expect(violated([login(0), first, ...before.slice(1), ask(1_011, 'plain', ok)])).toEqual([]);
  });

  it('is found on the node that has refused it before', () => {
    const knew = ask(1_020, 'critical', revoked, elsewhere);
    const again = ask(1_040, 'plain', ok, elsewhere);
    expect(violated([...before, knew, again])).toEqual(['refusal-taken-back']);
    const onThird = ask(1_040, 'plain', ok, { node: 2 });
    expect(violated([...before, knew, onThird])).toEqual([]);
  });
});

it('an access token that has expired and passes is found, except where it logs out', () => {
  const logout = { kind: 'logout', session: 'S' } as const;
  expect(violated([login(0), op(9_000, logout, ok, { by: bearer(10) })])).toEqual([]);
  expect(violated([login(0), ask(7_400, 'plain', ok)])).toEqual([]);
  expect(violated([login(0), ask(7_600, 'plain', ok)])).toEqual(['expired-passes']);
});

it('a disabled account that signs in is found, unless it may have been enabled', () => {
  const late = login(2_000, 'T');
  expect(violated([disable(1_000), late])).toEqual(['disabled-signs-in']);
  expect(violated([disable(1_000), enable(1_500), late])).toEqual([]);
  expect(violated([enable(500), disable(1_000), late])).toEqual(['disabled-signs-in']);
});
