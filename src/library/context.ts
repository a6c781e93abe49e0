import { randomUUID } from 'node:crypto';
import type { PortcullisError } from '../errors/index.js';
import type { GraphQLContext, RequestFacts } from '../graphql/index.js';
import { RequestCookies } from '../server/cookies/index.js';
import type { CookieSettings, PutCookie } from '../server/cookies/index.js';
import type { AccessToken } from '../tokens/index.js';
import { viewRequest } from './request.js';
import type { RequestLike } from './request.js';

/** What a request turned out to be. */
export interface PortcullisRequest {
  readonly requestId: string;
  /** Of whoever asks, once the rules of a field let them; undefined for nobody. */
  readonly token: AccessToken | undefined;
  /** Why a presented token was refused: then nothing of the operation runs. */
  readonly refusal: PortcullisError | undefined;
  /** Why nobody can tell what a presented token stands for. */
  readonly unavailable: PortcullisError | undefined;
}

/** What belongs into the context of every operation, beside whatever is the team's own. */
export interface PortcullisContext {
  readonly portcullis: PortcullisRequest;
}

/** @param put where cookies go; undefined where no answer can set one */
export function factsOf(
  request: RequestLike,
  put: PutCookie | undefined,
  settings: CookieSettings,
): RequestFacts {
  const { header, problem, ...view } = viewRequest(request);
  const { method, mediaType, protocol, host, ip, userAgent } = view;
  const cookieRequest = {
    ...{ method, mediaType, protocol, host },
    headers: {
      origin: header('origin'),
      cookie: header('cookie'),
      'sec-fetch-site': header('sec-fetch-site'),
    },
  };
  return {
    requestId: typeof request.id === 'string' ? request.id : randomUUID(),
    origin: { ip, userAgent },
    authorization: header('authorization'),
    ...(put ? { cookies: new RequestCookies(cookieRequest, put, settings) } : {}),
    problem,
  };
}

/** Where a context of this library keeps ours. */
export function contextOf(context: unknown): GraphQLContext | undefined {
  const { portcullis } = (context ?? {}) as { portcullis?: GraphQLContext };
  return portcullis;
}
