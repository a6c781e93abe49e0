import type { Keeper } from './keeper.js';
import type { Fetch, GraphQLResult } from './types.js';

/** Where a token renewed along the way is found (scheme `sliding`). */
const RENEWED = 'x-portcullis-access-token';
const STEP_UP = 'REAUTHENTICATION_REQUIRED';
/** What an answer says that concerns us; the others need not be read. */
const WORDS = /AUTHENTICAT/;

export interface FetchOptions {
  readonly keeper: Keeper;
  readonly fetch: Fetch;
  readonly credentials: RequestCredentials;
  /** Origins that the token may be given to. */
  readonly origins: ReadonlySet<string>;
  /** Has the password entered again for what may be asked again. Answers whether it was. */
  readonly stepUpFor: (request: Request, hasData: boolean) => Promise<boolean>;
}

/** `fetch` with the caller's token, for the API's own origin. */
export function createFetch(options: FetchOptions): Fetch {
  const { keeper, fetch, credentials, origins, stepUpFor } = options;

  return async (input, init) => {
    const request = new Request(input, init);
    if (!origins.has(originOf(request.url)) || request.headers.has('authorization')) {
      return fetch(request);
    }
    let isRenewed = false;
    let isProven = false;
    for (;;) {
      const token = await keeper.token();
      const sent = keeper.grant;
      const headers = new Headers(request.headers);
      if (token) headers.set('authorization', `Bearer ${token}`);
      const response = await fetch(new Request(request.clone(), { headers, credentials }));
      const renewed = response.headers.get(RENEWED);
      if (renewed && sent) keeper.renewed(renewed, sent);
      const { errors, data } = await wordsOf(response);
      if (keeper.hear(errors, sent)) return response;
      const isAsked = errors?.some(({ extensions }) => extensions?.['reason'] === STEP_UP);
      // Each helps once.
      if (isAsked && !isProven) isProven = await stepUpFor(request, data !== undefined);
      else if (response.status === 401 && data === undefined && sent && !isRenewed) {
        const next = await keeper.token(0, sent).catch(() => null);
        isRenewed = next !== null && next !== token;
      } else return response;
      if (!(isAsked ? isProven : isRenewed)) return response;
    }
  };
}

/** Of an absolute URL, where `URL` knows of no origin, as in React Native. */
export const originOf = (url: string) => /^\w+:\/\/[^/?#]*/.exec(url)?.[0] ?? '';

async function wordsOf(response: Response): Promise<GraphQLResult> {
  if (!/json/.test(response.headers.get('content-type') ?? '')) return {};
  try {
    const text = await response.clone().text();
    return WORDS.test(text) ? (JSON.parse(text) as GraphQLResult) : {};
  } catch {
    return {};
  }
}
