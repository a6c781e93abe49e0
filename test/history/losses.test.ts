import { ask, login, ok, refresh, refused, revoke, revoked, tokens } from './hand-made.js';
import { violated } from './hand-made.js';

/** The standby hears of nothing from 5 s on, and is the primary at 6 s. */
const faults = [{ kind: 'fail over', from: 5_000, to: 6_000 }];
const unsafe = { faults, rules: { loses: true } };
const gone = refused('REFRESH_REJECTED', 'REFRESH_INVALID');
const elsewhere = { node: 1 };

describe('a fail-over that may lose the last of what was acknowledged', () => {
  it('excuses a revocation of that time, and no other', () => {
    const lost = [login(0), revoke(5_500), ask(7_000, 'critical', ok, elsewhere)];
    expect(violated(lost, unsafe)).toEqual([]);
    expect(violated(lost, { faults })).toEqual(['revoked-passes-critical']);
    const before = [login(0), revoke(3_000), ask(7_000, 'critical', ok, elsewhere)];
    expect(violated(before, unsafe)).toEqual(['revoked-passes-critical']);
    const after = [login(0), revoke(6_500), ask(7_000, 'critical', ok, elsewhere)];
    expect(violated(after, unsafe)).toEqual(['revoked-passes-critical']);
  });

  it('excuses that a refusal is taken back where the revocation may be lost, and nowhere else', () => {
    const back = [ask(5_600, 'plain', revoked), ask(7_000, 'plain', ok)];
    expect(violated([login(0), revoke(5_500), ...back], unsafe)).toEqual([]);
    expect(violated([login(0), revoke(3_000), ...back], unsafe)).toContain('refusal-taken-back');
  });

  it('excuses that a client is logged out whose sign-in or refresh may be lost, and nobody else', () => {
    const signedIn = [login(5_500), refresh(7_000, 0, gone, { received: 5_510 })];
    expect(violated(signedIn, unsafe)).toEqual([]);
    const refreshed = [login(0), refresh(5_500, 0, tokens(1)), refresh(7_000, 1, gone)];
    expect(violated(refreshed, unsafe)).toEqual([]);
    const neither = [login(0), login(5_500, 'T'), refresh(7_000, 0, gone)];
    expect(violated(neither, unsafe)).toEqual(['logged-out-for-nothing']);
  });
});
