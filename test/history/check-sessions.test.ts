import { ask, bearer, login, lost, ok, op, refresh, refused, revoke } from './hand-made.js';
import { revoked, tokens, unavailable, violated } from './hand-made.js';

const mine = { role: 'client' } as const;
const rejected = (reason: string) => refused('REFRESH_REJECTED', reason);

describe('the lineage of a refresh token', () => {
  it('is one line for racers, retries and the steps after them', () => {
    const race = [refresh(100, 0, tokens(1)), refresh(105, 0, tokens(1)), refresh(110, 0, lost)];
    const later = [refresh(200, 1, tokens(2)), refresh(300, 0, tokens(2), { role: 'thief' })];
    expect(violated([login(0), ...race, ...later])).toEqual([]);
  });

  it.each([
    ['forks', [refresh(100, 0, tokens(1)), refresh(105, 0, tokens(1, 'S', 'another'))]],
    ['goes-back', [refresh(100, 1, tokens(2)), refresh(200, 0, tokens(1))]],
    ['stands-still', [refresh(100, 1, tokens(1))]],
    ['skips', [refresh(100, 0, tokens(1)), refresh(105, 0, tokens(2))]],
    ['crosses', [refresh(100, 0, tokens(1, 'T'))]],
  ])('that %s is found', (how, steps) => {
    const found = violated([login(0), login(0, 'T'), ...steps]);
    expect(found).toContain(`lineage-${how}`);
  });

  it('takes one more step with a new password', () => {
    const act = { kind: 'changePassword', user: 'U' } as const;
    const change = op(50, act, tokens(1), { by: bearer(10) });
    const next = refresh(100, 1, tokens(2), { received: 60 });
    expect(violated([login(0), change, next])).toEqual([]);
  });
});

describe('somebody who behaves and is logged out', () => {
  it('is found, whatever the reason that is given', () => {
    for (const reason of [
      'SESSION_REVOKED',
      'SESSION_EXPIRED',
      'ACCOUNT_DISABLED',
      'TOKEN_INVALID',
    ]) {
      const refusal = refused('UNAUTHENTICATED', reason, 401);
      expect(violated([login(0), ask(100, 'plain', refusal, mine)])).toEqual([
        'logged-out-for-nothing',
      ]);
    }
    for (const reason of ['REFRESH_INVALID', 'REFRESH_REUSED', 'SESSION_REVOKED']) {
      expect(violated([login(0), refresh(100, 0, rejected(reason))])).toContain(
        'logged-out-for-nothing',
      );
    }
  });

  it('is none if somebody ended the session, or may have', () => {
    for (const outcome of [ok, lost, unavailable]) {
      const act = revoke(50, outcome, { role: 'ghost' });
      expect(violated([login(0), act, ask(100, 'plain', revoked, mine)])).toEqual([]);
    }
  });

  it('is found if that came afterwards, or was refused', () => {
    const out = ask(100, 'plain', revoked, mine);
    const no = refused('FORBIDDEN', 'SCOPE_MISSING', 403);
    for (const act of [revoke(200), revoke(50, no, { role: 'ghost' })]) {
      expect(violated([login(0), act, out])).toEqual(['logged-out-for-nothing']);
    }
  });

  it('is none on a node in trouble that may not know the key of a rotation that revoked', () => {
    const invalid = refused('UNAUTHENTICATED', 'TOKEN_INVALID', 401);
    const by = bearer(0, 'admin');
    const rotate = (revokeIssued: boolean) =>
      op(100, { kind: 'rotateKey', revokeIssued }, ok, { role: 'admin', by });
    const fresh = [login(1_000), ask(2_000, 'plain', invalid, { ...mine, by: bearer(1_010) })];
    const trouble = (node: number) => ({
      faults: [{ kind: 'black hole', node, from: 0, to: 900 }],
    });
    expect(violated([rotate(true), ...fresh], trouble(0))).toEqual([]);
    for (const innocent of [
      violated([rotate(true), ...fresh], trouble(1)),
      violated([rotate(false), ...fresh], trouble(0)),
    ]) {
      expect(innocent).toEqual(['logged-out-for-nothing']);
    }
  });

  it('is none if the token was presented first longer ago than the grace', () => {
    const first = refresh(100, 0, lost);
    const reused = rejected('REFRESH_REUSED');
    expect(violated([login(0), first, refresh(9_000, 0, reused)])).toEqual([
      'logged-out-for-nothing',
    ]);
    expect(violated([login(0), first, refresh(10_200, 0, reused)])).toEqual([]);
  });

  it('is found if the access token had not expired', () => {
    const expired = refused('UNAUTHENTICATED', 'TOKEN_EXPIRED', 401);
    expect(violated([login(0), ask(5_100, 'plain', expired, mine)])).toEqual([]);
    expect(violated([login(0), ask(4_000, 'plain', expired, mine)])).toEqual([
      'logged-out-for-nothing',
    ]);
  });

  it('is found if the password was right', () => {
    const wrong = refused('INVALID_CREDENTIALS', 'INVALID_CREDENTIALS');
    const failed = op(100, { kind: 'login', user: 'U' }, wrong);
    expect(violated([failed])).toEqual(['logged-out-for-nothing']);
    const act = { kind: 'changePassword', user: 'U' } as const;
    expect(violated([op(50, act, lost, { by: bearer(10) }), failed])).toEqual([]);
  });
});

describe('nodes that do not agree once all is healed', () => {
  const probe = (node: number, outcome: typeof ok) =>
    ask(10_000 + node, 'critical', outcome, { role: 'probe', node, by: bearer(9_000) });
  const healed = { healedAt: 4_000 };

  it('are found, for a session that lives and for one that has ended', () => {
    const live = [probe(0, ok), probe(1, unavailable), probe(2, ok)];
    expect(violated([login(0), ...live], healed)).toEqual(['nodes-differ', 'nodes-disagree']);
    const ended = [probe(0, revoked), probe(1, unavailable), probe(2, revoked)];
    expect(violated([login(0), revoke(1_000), ...ended], healed)).toEqual([
      'nodes-differ',
      'nodes-disagree',
    ]);
  });

  it('are found, where nobody can say which of them is right', () => {
    const open = [login(0), revoke(1_000, lost)];
    const differing = [probe(0, ok), probe(1, revoked), probe(2, ok)];
    expect(violated([...open, ...differing], healed)).toEqual(['nodes-differ']);
    expect(violated([...open, probe(0, ok), probe(1, ok)], healed)).toEqual([]);
    expect(violated([...open, probe(0, revoked), probe(1, revoked)], healed)).toEqual([]);
  });

  it('are none while there is time', () => {
    const early = { healedAt: 9_000 };
    expect(violated([login(0), probe(0, ok), probe(1, unavailable)], early)).toEqual([]);
  });
});
