/**
 * The token of an Authorization header (RFC 6750, 2.1), or undefined where there is no header. Another
 * scheme is a credential too, and not one of ours: it is passed on to be refused, not taken for nobody.
 */
export function readBearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  // As nearly every client writes it; the expression below takes as long as all else that finds a known token.
  if (authorization.startsWith('Bearer ') && !authorization.includes(' ', 7)) {
    return authorization.slice(7);
  }
  const [, token] = /^Bearer +([^\s]+) *$/i.exec(authorization) ?? [];
  return token ?? '';
}
