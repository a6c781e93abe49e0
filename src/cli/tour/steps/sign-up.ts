import {
  MeDocument,
  MySessionsDocument,
  PublicAndGuardedFieldDocument,
  RegisterDocument,
} from '../../generated/operations.js';
import { aList, aTokenOtherThan, anAccessToken } from '../expectation.js';
import type { Guide } from '../guide.js';
import type { Stranger } from '../stage.js';
import { tokensOf } from '../tokens.js';
import type { Tokens } from '../tokens.js';

/** A stranger becomes a user; the three kinds of field. */
export async function signUp(guide: Guide, { email, password }: Stranger): Promise<Tokens> {
  guide.teller.chapter('Sign-up, and three kinds of field');
  await guide.ask({
    tells: 'Without a token, @public is answered and @auth is not: partial data.',
    document: PublicAndGuardedFieldDocument,
    variables: {},
    expects: {
      data: { fieldPolicies: aList, me: null },
      errors: ['UNAUTHENTICATED/NO_TOKEN at me'],
    },
  });
  const registered = await guide.ask({
    tells: 'A stranger signs up and is signed in.',
    document: RegisterDocument,
    variables: { input: { email, password, device: { name: 'laptop' } } },
    expects: {
      data: {
        register: { user: { email }, accessToken: anAccessToken, refreshToken: aTokenOtherThan() },
      },
    },
  });
  const tokens = tokensOf(registered?.register);
  await guide.ask({
    tells: 'An @auth field: the token is verified, nobody is asked.',
    document: MeDocument,
    variables: {},
    token: tokens.access,
    expects: { data: { me: { email, scopes: [] } } },
  });
  await guide.ask({
    tells: 'A @critical field: the database is asked whether the session is good right now.',
    document: MySessionsDocument,
    variables: {},
    token: tokens.access,
    expects: { data: { mySessions: [{ device: { name: 'laptop' }, current: true }] } },
  });
  return tokens;
}
