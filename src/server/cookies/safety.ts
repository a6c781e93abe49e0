import type { IncomingHttpHeaders } from 'node:http';

/** What of a request tells which page has made it. */
export interface Provenance {
  readonly method: string;
  /** Of the body, in lower case, without parameters. */
  readonly mediaType: string | undefined;
  readonly headers: Pick<IncomingHttpHeaders, 'origin'> & { readonly 'sec-fetch-site'?: unknown };
}

/**
 * Whether only a page of ours, a listed one, or something that is no browser can have made a request.
 * Two walls, each of which would do in a browser of today: a content type that no form can send and that
 * makes a script of another origin ask first; and what the browser itself says of the origin.
 */
export function isCsrfSafe(
  { method, mediaType, headers }: Provenance,
  ownOrigins: readonly string[],
  allowedOrigins: readonly string[],
): boolean {
  if (method !== 'POST' || mediaType !== 'application/json') return false;
  const { origin, 'sec-fetch-site': fetchSite } = headers;
  if (origin !== undefined && allowedOrigins.includes(origin)) return true;
  if (origin !== undefined && !ownOrigins.includes(origin)) return false;
  // `none`: the user's own doing. A page of the same site is not the same page: subdomains, other ports.
  return fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
}
