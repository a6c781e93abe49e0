import { LoginDocument } from '../../generated/operations.js';
import { aTokenOtherThan, anAccessToken } from '../expectation.js';
import type { Guide } from '../guide.js';
import { tokensOf } from '../tokens.js';
import type { Tokens } from '../tokens.js';

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Logs in, as told. */
export async function logIn(
  guide: Guide,
  tells: string,
  { email, password }: Credentials,
  scopes: readonly string[] | undefined,
  device: string,
): Promise<Tokens> {
  const answer = await guide.ask({
    tells,
    document: LoginDocument,
    variables: { input: { email, password, device: { name: device } } },
    expects: {
      data: {
        login: {
          user: scopes === undefined ? { email } : { email, scopes },
          accessToken: anAccessToken,
          refreshToken: aTokenOtherThan(),
        },
      },
    },
  });
  return tokensOf(answer?.login);
}
