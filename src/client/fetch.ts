import type { Grant } from './grant.js';
import type { Keeper } from './keeper.js';
import type { Fetch, GraphQLResult } from './types.js';

/** Where a token renewed along the way is found (scheme `sliding`). */
const RENEWED = 'x-portcullis-access-token';
/** What an answer says that concerns us; the others need not be read. */
const WORDS = /"(UNAUTHENTICATED|REAUTHENTICATION_REQUIRED)"/;

export interface FetchOptions {
  readonly keeper: Keeper;
  readonly fetch: Fetch;
  readonly credentials: RequestCredentials;
  /** Of the page, for relative URLs. */
  readonly base: string | undefined;
  /** Origins that the token may be given to. */
  readonly origins: ReadonlySet<string>;
  /** Has the password entered again. Answers whether it was. */
  readonly stepUp: () => Promise<boolean>;
}

/** `fetch` with the caller's token, for the API's own origin. */
export function createFetch(options: FetchOptions): Fetch {
  const { keeper, fetch, credentials, base, origins, stepUp } = options;

  const send = async (request: Request, token: string | null, sent: Grant | null) => {
    const headers = new Headers(request.headers);
    if (token) headers.set('authorization', `Bearer ${token}`);
    const response = await fetch(new Request(request, { headers }));
    const renewed = response.headers.get(RENEWED);
    if (renewed && sent) keeper.renewed(renewed, sent);
    return response;
  };

  /** What an answer asks for before the same may be asked once more; undefined: it is the last word. */
  const remedyFor = async (response: Response, request: Request, sent: Grant | null) => {
    const { errors = [], data } = await wordsOf(response);
    if (keeper.hear(errors, sent)) return undefined;
    const reasons = errors.map(({ extensions }) => extensions?.['reason']);
    if (reasons.includes('REAUTHENTICATION_REQUIRED')) {
      // With data, something may have been done already.
      return !data || (await isQuery(request)) ? 'password' : undefined;
    }
    return response.status === 401 && !data && sent ? 'token' : undefined;
  };

  /** Whether there is another token than the one that was refused. */
  const hasOther = async (token: string | null, sent: Grant) => {
    if (keeper.grant === sent && !sent.isRenewable) keeper.end('signed-out', 'TOKEN_EXPIRED');
    const next = await keeper.token(0, sent).catch(() => null);
    return next !== null && next !== token;
  };

  return async (input, init) => {
    const isRequest = typeof Request !== 'undefined' && input instanceof Request;
    const url = new URL(isRequest ? input.url : String(input as string | URL), base);
    const own = new Headers(init?.headers ?? (isRequest ? input.headers : undefined));
    if (!origins.has(url.origin) || own.has('authorization')) return fetch(input, init);
    const request = new Request(isRequest ? input : url, { credentials, ...init });
    const remedies = new Set(['token', 'password']);
    for (;;) {
      const token = await keeper.token();
      const sent = keeper.grant;
      const response = await send(request.clone(), token, sent);
      const remedy = await remedyFor(response, request.clone(), sent);
      // Each helps once.
      if (!remedy || !remedies.delete(remedy)) return response;
      const isHelped =
        remedy === 'password' ? await stepUp() : sent && (await hasOther(token, sent));
      if (!isHelped) return response;
    }
  };
}

async function wordsOf(response: Response): Promise<GraphQLResult> {
  if (!/json/.test(response.headers.get('content-type') ?? '')) return {};
  try {
    const text = await response.clone().text();
    return WORDS.test(text) ? (JSON.parse(text) as GraphQLResult) : {};
  } catch {
    return {};
  }
}

async function isQuery(request: Request): Promise<boolean> {
  if (request.method === 'GET') return true;
  try {
    const { query = 'mutation' } = (await request.json()) as { query?: string };
    return !/\b(mutation|subscription)\b/.test(query);
  } catch {
    return false;
  }
}
