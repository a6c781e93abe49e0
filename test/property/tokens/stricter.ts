import { base64url, signTexts, signed } from '../../tokens/support.js';
import { TOLERANCE } from './oracle.js';
import type { Court, Session } from './oracle.js';

/** A token taken apart with more patience than a verifier should have. */
export interface Parts {
  readonly token: string;
  readonly segments: readonly string[];
  readonly texts: readonly string[];
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** What jose lets pass, and we do not. */
export interface Stricter {
  readonly what: string;
  readonly why: string;
  readonly applies: (parts: Parts) => boolean;
  /** One that jose accepts, and that is of this class alone. */
  readonly example: (court: Court, session: Session) => string;
}

const UUID =
  /^([\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}|0{8}(-0{4}){3}-0{12}|f{8}(-f{4}){3}-f{12})$/i;
const isText = (least: number, most: number) => (value: unknown) =>
  typeof value === 'string' && value.length >= least && value.length <= most;
const isUuid = (value: unknown) => typeof value === 'string' && UUID.test(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const isTime = (value: unknown) => isCount(value) && Number(value) <= 8_640_000_000_000;
const SHAPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...{ sub: isUuid, sid: isUuid, jti: isUuid, did: isText(1, 128), scope: isText(0, 5_000) },
  ...{ iat: isTime, exp: isTime, auth_time: isTime, ver: isCount, gen: isCount },
  nbf: (value) => value === undefined || isTime(value),
};

const own = (key: Court['key'], { header, claims }: Session, more: object, head: object = {}) =>
  signed({ ...header, ...head }, { ...claims, ...more }, key.privateKey);

export const STRICTER: readonly Stricter[] = [
  {
    what: 'a segment that is not the canonical base64url of its bytes',
    why: 'padding, white space and stray last bits make other texts of one token; RFC 7515 allows none of them',
    applies: ({ segments }) =>
      segments.some((text) => Buffer.from(text, 'base64url').toString('base64url') !== text),
    example: ({ key }, session) => `${own(key, session, {})}==`,
  },
  {
    what: 'a header or payload that is not the shortest JSON of what it says',
    why: 'members twice, escapes, spaces, a byte order mark and numbers such as 1.0 read differently in different parsers; our signer writes none of them',
    applies: ({ texts, header, claims }) =>
      JSON.stringify(header) !== texts[0] || JSON.stringify(claims) !== texts[1],
    example: ({ key }, { header, claims }) =>
      signTexts(
        JSON.stringify(header),
        JSON.stringify(claims).replace('{', '{"scope":"admin",'),
        key.privateKey,
      ),
  },
  {
    what: 'a header with other members than alg, typ and kid',
    why: 'a key, an address of keys, an extension or an encoding that a token brings along is none of ours, even if it could be ignored',
    applies: ({ header }) => Object.keys(header).some((name) => !/^(alg|typ|kid)$/.test(name)),
    example: ({ key, stranger }, session) =>
      own(key, session, {}, { jwk: stranger.publicKey.export({ format: 'jwk' }) }),
  },
  {
    what: 'a header without kid',
    why: 'which key a token is of is never tried out: it names it',
    applies: ({ header }) => !Object.hasOwn(header, 'kid'),
    example: ({ key }, session) => own(key, session, {}, { kid: undefined }),
  },
  {
    what: 'a typ that is another spelling of at+jwt',
    why: 'RFC 9068 also allows application/at+jwt, and media types any case; our signer writes one',
    applies: ({ header }) => header['typ'] !== 'at+jwt',
    example: ({ key }, session) => own(key, session, {}, { typ: 'application/AT+JWT' }),
  },
  {
    what: 'a list of audiences, ours among them',
    why: 'our tokens are for one audience; one for several could be replayed between them',
    applies: ({ claims }) => Array.isArray(claims['aud']),
    example: ({ key }, session) => own(key, session, { aud: ['api', 'other'] }),
  },
  {
    what: 'a claim of another type or range than we issue',
    why: 'jose looks that they are there and that times are numbers; 1e999 is one, and so is -1',
    applies: ({ claims }) => Object.entries(SHAPES).some(([name, isFine]) => !isFine(claims[name])),
    example: ({ key }, session) => own(key, session, { sid: "' OR 1=1 --" }),
  },
  {
    what: 'a token from the future',
    why: 'an iat beyond the tolerance of clocks is a clock that is wrong, or a token that would be fresh for ever',
    applies: ({ claims, now }) => Number(claims['iat']) > now + TOLERANCE,
    example: ({ key }, session) => {
      const iat = session.now / 1_000 + TOLERANCE + 1;
      return own(key, session, { iat, exp: iat + 300 });
    },
  },
  {
    what: 'times that contradict each other',
    why: 'what expires before its issue, or follows from a sign-in after it, was not issued by us',
    applies: ({ claims }) =>
      Number(claims['exp']) < Number(claims['iat']) ||
      Number(claims['auth_time']) > Number(claims['iat']) + TOLERANCE,
    example: ({ key }, session) =>
      own(key, session, { auth_time: session.now / 1_000 + TOLERANCE + 1 }),
  },
  {
    what: 'a token of more than 4,096 characters',
    why: 'ours are never that long, and nobody gets work out of us by sending one that is',
    applies: ({ token }) => token.length > 4_096,
    example: ({ key }, session) => own(key, session, { pad: 'x'.repeat(4_096) }),
  },
];

/** @returns undefined for what no reader could make sense of. */
function partsOf(token: string, now: number): Parts | undefined {
  const segments = token.split('.');
  const texts = segments.slice(0, 2).map((text) => Buffer.from(text, 'base64url').toString());
  try {
    const [header, claims] = texts.map(
      (text) => JSON.parse(text.replace(/^\uFEFF/, '')) as Record<string, unknown>,
    );
    return header && claims ? { token, segments, texts, header, claims, now } : undefined;
  } catch {
    return undefined;
  }
}

export function classesOf(token: string, now: number): readonly Stricter[] {
  const parts = partsOf(token, now);
  return parts ? STRICTER.filter(({ applies }) => applies(parts)) : [];
}

/** The same texts, signed by nobody in particular. */
export const unsigned = (header: string, payload: string) =>
  `${base64url(header)}.${base64url(payload)}`;
