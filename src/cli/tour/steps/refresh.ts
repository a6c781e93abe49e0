import { MySessionsDocument, RefreshDocument } from '../../generated/operations.js';
import { aTokenOtherThan, anAccessToken } from '../expectation.js';
import type { Guide } from '../guide.js';
import type { Stage } from '../stage.js';
import { tokensOf } from '../tokens.js';
import type { Tokens } from '../tokens.js';

/** Refresh tokens rotate; a race and a lost answer do no harm, a replay does. */
export async function refreshTokens(guide: Guide, stage: Stage, first: Tokens): Promise<void> {
  guide.teller.chapter('Refresh');
  const refreshed = await guide.ask({
    tells: 'A refresh answers a new access token and the next refresh token.',
    document: RefreshDocument,
    variables: { refreshToken: first.refresh },
    expects: {
      data: {
        refresh: { accessToken: anAccessToken, refreshToken: aTokenOtherThan(first.refresh) },
      },
    },
  });
  const second = tokensOf(refreshed?.refresh);
  const raced = await guide.race(
    2,
    {
      tells: 'Two tabs refresh at once: both get the same successor.',
      document: RefreshDocument,
      variables: { refreshToken: second.refresh },
      expects: { data: { refresh: { refreshToken: aTokenOtherThan(second.refresh) } } },
    },
    {
      says: 'the same refresh token twice',
      holds: (answers) => new Set(answers.map((each) => each?.refresh?.refreshToken)).size === 1,
    },
  );
  const third = tokensOf(raced?.refresh);
  await guide.ask({
    tells: 'The answer was lost on its way: within the grace, the old token gets it again.',
    document: RefreshDocument,
    variables: { refreshToken: second.refresh },
    expects: { data: { refresh: { refreshToken: third.refresh } } },
  });
  await replay(guide, stage, second, third);
}

async function replay(guide: Guide, { own }: Stage, old: Tokens, newest: Tokens): Promise<void> {
  if (!own) {
    guide.leaveOut(
      'a replay after the grace, caught as theft.',
      'It would have to wait for the grace.',
    );
    return;
  }
  await guide.wait(own.grace + 100, `the grace is ${own.grace / 1000} s here`);
  await guide.ask({
    tells: 'A replay after the grace is theft: the session ends.',
    document: RefreshDocument,
    variables: { refreshToken: old.refresh },
    expects: {
      data: { refresh: null },
      errors: ['REFRESH_REJECTED/REFRESH_REUSED at refresh'],
    },
  });
  await guide.ask({
    tells: 'The newest refresh token of that session, whoever holds it, is worth nothing now.',
    document: RefreshDocument,
    variables: { refreshToken: newest.refresh },
    expects: {
      data: { refresh: null },
      errors: ['REFRESH_REJECTED/SESSION_REVOKED at refresh'],
    },
  });
  await guide.ask({
    tells: 'Nor is its access token.',
    document: MySessionsDocument,
    variables: {},
    token: newest.access,
    expects: { status: 401, errors: ['UNAUTHENTICATED/SESSION_REVOKED'] },
  });
}
