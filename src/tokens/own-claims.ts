/** Claims that a team adds to access tokens: names and JSON values. */
export type OwnClaims = Readonly<Record<string, unknown>>;

/** RFC 7519, 8693, 9068 and ours: what they say is never the team's to say. */
const RESERVED: ReadonlySet<string> = new Set([
  ...[
    'iss',
    'sub',
    'aud',
    'exp',
    'nbf',
    'iat',
    'jti',
    'scope',
    'client_id',
    'auth_time',
    'acr',
    'amr',
  ],
  ...['sid', 'did', 'ver', 'gen', 'cnf', 'act', 'may_act', '__proto__', 'constructor', 'prototype'],
]);

/** Bytes of JSON; a token is at most 4 KB. */
const MOST = 2_048;

/**
 * What of a team's claims goes into a token.
 * @throws Error naming the claim, when one is reserved or is no JSON, or when they are too large
 */
export function checkedClaims(claims: unknown): OwnClaims {
  if (claims === undefined || claims === null) return {};
  if (typeof claims !== 'object' || Array.isArray(claims))
    throw new Error('claims must be an object');
  const reserved = Object.keys(claims).find((name) => RESERVED.has(name));
  if (reserved !== undefined) throw new Error(`the claim ${reserved} is not the team's to say`);
  const text = JSON.stringify(claims);
  if (Buffer.byteLength(text) > MOST)
    throw new Error(`claims must be at most ${MOST} bytes of JSON`);
  return JSON.parse(text) as OwnClaims;
}

/** What a token says beyond the claims that are ours. */
export function ownClaimsOf(payload: Readonly<Record<string, unknown>>): OwnClaims {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !RESERVED.has(name)));
}
