import { badInput } from '../errors/index.js';
import type { PortcullisError } from '../errors/index.js';

interface WebHeaders {
  get(name: string): string | null;
}

/** Headers as a web standard Request has them, or as Node does. */
export type RequestHeaders =
  WebHeaders | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * As much of a request as is looked at: those of Node, Express, Fastify and Koa fit, and so does a web
 * standard Request; for what has none, such as a socket, `{ headers: { authorization } }` will do.
 */
export interface RequestLike {
  readonly headers: RequestHeaders;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Of the framework, which knows which proxies it trusts. */
  readonly ip?: string | undefined;
  readonly protocol?: string | undefined;
  readonly host?: string | undefined;
  readonly id?: unknown;
  readonly socket?: { readonly remoteAddress?: string | undefined; readonly encrypted?: boolean };
  readonly rawHeaders?: readonly string[] | undefined;
  readonly raw?: { readonly rawHeaders?: readonly string[] | undefined } | undefined;
}

const USER_AGENT_LENGTH = 300;

/** What of a request counts, in one form. */
export interface RequestFactsView {
  readonly header: (name: string) => string | undefined;
  readonly method: string;
  readonly mediaType: string | undefined;
  readonly protocol: string;
  readonly host: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Why nothing of it may be believed. */
  readonly problem: PortcullisError | undefined;
}

export function viewRequest(request: RequestLike): RequestFactsView {
  const header = headerReader(request.headers);
  const url = /^[a-z]+:\/\//i.test(request.url ?? '') ? new URL(request.url ?? '') : undefined;
  const { socket } = request;
  const userAgent = header('user-agent')
    ?.replace(/\p{Cc}/gu, ' ')
    .slice(0, USER_AGENT_LENGTH);
  return {
    header,
    method: request.method ?? 'POST',
    mediaType: header('content-type')?.split(';', 1)[0]?.trim().toLowerCase(),
    protocol:
      request.protocol ?? url?.protocol.replace(':', '') ?? (socket?.encrypted ? 'https' : 'http'),
    host: request.host ?? header('host') ?? url?.host ?? '',
    ip: request.ip ?? socket?.remoteAddress ?? null,
    userAgent: userAgent ?? null,
    problem: repeatedAuthorization(request),
  };
}

function isWebHeaders(headers: RequestHeaders): headers is WebHeaders {
  return typeof headers['get'] === 'function';
}

function headerReader(headers: RequestHeaders): (name: string) => string | undefined {
  if (isWebHeaders(headers)) return (name) => headers.get(name) ?? undefined;
  return (name) => {
    const value = headers[name];
    return typeof value === 'object' ? value.join(', ') : value;
  };
}

/** Node keeps the first of two Authorization headers, a proxy before it may have judged the second. */
function repeatedAuthorization({ rawHeaders, raw }: RequestLike): PortcullisError | undefined {
  const names = (rawHeaders ?? raw?.rawHeaders ?? []).filter((_, index) => index % 2 === 0);
  const given = names.filter((name) => name.toLowerCase() === 'authorization').length;
  return given > 1
    ? badInput('authorization', 'There must be one Authorization header.')
    : undefined;
}
