import type { JsonWebKey } from 'node:crypto';
import { randomUUID, sign } from 'node:crypto';
import type { Clock } from '../support/clock.js';
import { AccessTokens, KeyRing, generateSigningKey } from '../tokens/index.js';
import type { AccessClaims } from '../tokens/access-claims.js';
import { TestClock } from './clock.js';

export interface TestIssuerOptions<C extends Clock = TestClock> {
  /** Claim `iss`. Default `https://portcullis.test`. */
  readonly issuer?: string | undefined;
  /** Claim `aud`. Default `portcullis`. */
  readonly audience?: string | undefined;
  /** Default: a `TestClock`. */
  readonly clock?: C | undefined;
  /** Seconds that a token lives. Default 300. */
  readonly ttl?: number | undefined;
}

/** Claims of an access token, right or wrong; `undefined` leaves one out. */
export type TestClaims = { readonly [K in keyof AccessClaims]?: unknown } & Readonly<
  Record<string, unknown>
>;

/** Makes tokens as the real issuer does, under a key of its own. */
export interface TestIssuer<C extends Clock = TestClock> {
  readonly issuer: string;
  readonly audience: string;
  readonly clock: C;
  /**
   * A signed access token (RFC 9068) of a new session that began just now and has no scopes.
   * @param claims what to say otherwise. `exp` and `auth_time` go along with an `iat` that is a number.
   * @param header members of the JOSE header to say otherwise
   */
  mint(claims?: TestClaims, header?: Readonly<Record<string, unknown>>): string;
  /** The public key (RFC 7517). */
  jwks(): { keys: JsonWebKey[] };
}

/** An issuer for tests of what takes tokens: good ones, and those that it must refuse. */
export function createTestIssuer<C extends Clock = TestClock>(
  options: TestIssuerOptions<C> = {},
): TestIssuer<C> {
  const { issuer = 'https://portcullis.test', audience = 'portcullis', ttl = 300 } = options;
  const clock = options.clock ?? (new TestClock() as Clock as C);
  const key = generateSigningKey();
  const keys = new KeyRing([key]);
  const settings = { issuer, audience, ttl: ttl * 1_000, tolerance: 0 };
  const tokens = new AccessTokens(() => keys, settings, clock);

  const genuine = (issuedAt: number) =>
    tokens.issue({
      ...{ userId: randomUUID(), sessionId: randomUUID(), deviceId: randomUUID() },
      ...{ tokenEpoch: 0, globalEpoch: 0, scopes: [], kid: key.kid },
      ...{ issuedAt, authenticatedAt: issuedAt, notAfter: issuedAt + ttl * 1_000 },
    }).token;

  return {
    ...{ issuer, audience, clock },
    mint: (claims = {}, header = {}) => {
      const { iat } = claims;
      const token = genuine(Number.isFinite(iat) ? Number(iat) * 1_000 : clock.now());
      const [head = '', payload = ''] = token.split('.');
      const input = `${override(head, header)}.${override(payload, claims)}`;
      const signature = sign('sha256', Buffer.from(input), {
        key: key.privateKey,
        dsaEncoding: 'ieee-p1363',
      });
      return `${input}.${signature.toString('base64url')}`;
    },
    jwks: () => keys.jwks(),
  };
}

function override(segment: string, members: Readonly<Record<string, unknown>>): string {
  const said = JSON.parse(Buffer.from(segment, 'base64url').toString()) as object;
  return Buffer.from(JSON.stringify({ ...said, ...members })).toString('base64url');
}
