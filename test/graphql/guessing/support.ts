import { ask } from '../../support/client.js';
import type { Answer } from '../../support/client.js';
import type { TestServer } from '../../support/server.js';

export const PASSWORD = 'four plain words here';

export interface LogIn {
  readonly email: string;
  /** Default: one that is wrong. */
  readonly password?: string;
  /** The client's address. */
  readonly from?: string;
  readonly device?: string;
}

/** The server has to trust whatever is before it. */
export function logInFrom(url: string, { email, password, from, device }: LogIn): Promise<Answer> {
  const query = `mutation ($input: LoginInput!) { login(input: $input) { user { email } } }`;
  const input = {
    email,
    password: password ?? 'not the password at all',
    ...(device === undefined ? {} : { device: { id: device } }),
  };
  return ask(url, query, {
    variables: { input },
    headers: from === undefined ? {} : { 'x-forwarded-for': from },
  });
}

/** The code of an answer; `signed in` where there is none. */
export function codeOf({ errors }: Answer): string {
  return errors?.[0]?.extensions.code ?? 'signed in';
}

/** Makes accounts without signing in to them. */
export async function makeAccount({ node }: TestServer, email: string): Promise<string> {
  const { createUser } = await import('../../../src/services/index.js');
  const input = { email, password: PASSWORD, name: null, scopes: [] };
  return (await createUser(node.deps, { input })).id;
}

/** How many passwords were compared with a hash since the last call. */
export function countHashes({ node }: TestServer): () => number {
  const { hasher } = node.deps;
  const verify = jest.spyOn(hasher, 'verify');
  return () => {
    const { length } = verify.mock.calls;
    verify.mockClear();
    return length;
  };
}
