/** What a GraphQL server answered, HTTP included. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test knows what it asked for
export interface Answer<Data = Record<string, any>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown> & {
      readonly code: string;
      readonly reason: string;
    };
  }[];
}

export interface AskOptions {
  readonly variables?: Record<string, unknown>;
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly operationName?: string;
}

/** Asks over real HTTP. */
export async function ask(url: string, query: string, options: AskOptions = {}): Promise<Answer> {
  const { variables, token, headers, operationName } = options;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables, operationName }),
  });
  const body = (await response.json()) as Omit<Answer, 'status' | 'headers'>;
  return { status: response.status, headers: response.headers, ...body };
}

/** `CODE/REASON` of every error, in order. */
export function reasons(answer: Answer): string[] {
  return (answer.errors ?? []).map(({ extensions }) => `${extensions.code}/${extensions.reason}`);
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
  readonly session: { readonly id: string; readonly device: { readonly id: string } };
  readonly user: { readonly id: string };
}

const TOKENS = `accessToken accessTokenExpiresAt refreshToken expiresIn
  session { id current expiresAt device { id name } } user { id email scopes }`;

function payload(answer: Answer, field: string): Tokens {
  const tokens = answer.data?.[field] as Tokens | null | undefined;
  if (!tokens) throw new Error(`${field}: ${JSON.stringify(answer.errors)}`);
  return tokens;
}

export function tryLogin(
  url: string,
  email: string,
  password: string,
  device?: object,
): Promise<Answer> {
  const query = `mutation ($input: LoginInput!) { login(input: $input) { ${TOKENS} } }`;
  return ask(url, query, { variables: { input: { email, password, device } } });
}

export async function login(
  url: string,
  email: string,
  password: string,
  device?: object,
): Promise<Tokens> {
  return payload(await tryLogin(url, email, password, device), 'login');
}

export async function register(url: string, email: string, password: string): Promise<Tokens> {
  const query = `mutation ($input: RegisterInput!) { register(input: $input) { ${TOKENS} } }`;
  return payload(await ask(url, query, { variables: { input: { email, password } } }), 'register');
}

export function tryRefresh(
  url: string,
  refreshToken: string,
  options: AskOptions = {},
): Promise<Answer> {
  const query = `mutation ($token: String) { refresh(refreshToken: $token) { ${TOKENS} } }`;
  return ask(url, query, { ...options, variables: { token: refreshToken } });
}

export async function refresh(url: string, refreshToken: string): Promise<Tokens> {
  return payload(await tryRefresh(url, refreshToken), 'refresh');
}
