import type { Config } from '../../config/index.js';
import { parseUrl } from '../../support/parse-url.js';

/** Where a request came in, as its browser sees it. */
export interface Site {
  /** The origins of pages that this address itself may have served. */
  readonly origins: readonly string[];
  /** Whether cookies carry the prefix `__Host-` and are Secure; else both are left out. */
  readonly strict: boolean;
}

export interface Address {
  readonly protocol: string;
  /** With its port, unless that is the scheme's own. */
  readonly host: string;
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function originOf(scheme: string, host: string): string | undefined {
  const isHost = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i.test(host);
  return isHost ? parseUrl(`${scheme}://${host}`)?.origin : undefined;
}

/** Reads where a request came in. Forwarded headers of those who are trusted are in the address already. */
export function siteOf(
  { protocol, host }: Address,
  { production, trustProxy }: Pick<Config, 'production' | 'trustProxy'>,
): Site {
  const isHttps = protocol.toLowerCase() === 'https';
  const own = originOf(isHttps ? 'https' : 'http', host);
  const hostname = (own && parseUrl(own)?.hostname) ?? '';
  const strict = isHttps || production || !LOOPBACK.has(hostname);
  // Whoever ends TLS in front may not have been named to us; only the owner of a host serves its https.
  const unseen = strict && !isHttps && !trustProxy ? originOf('https', host) : undefined;
  return { strict, origins: [own, unseen].filter((origin) => origin !== undefined) };
}
