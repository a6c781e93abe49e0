import type { Redis } from '../../../redis/index.js';
import type { NewSession } from '../record.js';
import { sessionKey } from './keys.js';

/** A session as its hash has it; moments in milliseconds since the epoch. */
export interface StoredSession {
  readonly id: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly deviceName: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: number;
  readonly authenticatedAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  readonly maxExpiresAt: number;
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
  /** The last cut of its user that it came after. */
  readonly cut: number;
  readonly secret: Buffer;
  readonly counter: number;
  /** Newest first. */
  readonly rotatedAt: readonly number[];
  /** Whether it is marked as ended; what PostgreSQL says comes before the mark. */
  readonly ended: {
    readonly at: number;
    readonly reason: string;
    readonly detail: string | null;
  } | null;
}

/** The fields of the hash, in the order in which they are read; an absent one is null. */
export const FIELDS = [
  'userId',
  'deviceId',
  'deviceName',
  'ip',
  'userAgent',
  'createdAt',
  'authenticatedAt',
  'lastUsedAt',
  'expiresAt',
  'maxExpiresAt',
  'tokenEpoch',
  'globalEpoch',
  'cut',
  'secret',
  'counter',
  'rotatedAt',
  'endedAt',
  'endedReason',
  'endedDetail',
] as const;

type Field = (typeof FIELDS)[number] | 'tokenHash';

export type Fields<F extends Field> = Readonly<Record<F, string | null>>;

/** Some fields of one session; undefined when Redis does not know it. */
export async function readFields<const F extends Field>(
  redis: Redis,
  id: string,
  names: readonly [F, ...F[]],
): Promise<Fields<F> | undefined> {
  return named(names, await redis.call('HMGET', sessionKey(id), ...names));
}

function named<F extends Field>(names: readonly F[], values: unknown): Fields<F> | undefined {
  const list = values as readonly (string | null)[];
  if (list.every((value) => value === null)) return undefined;
  return Object.fromEntries(names.map((name, n) => [name, list[n] ?? null])) as Fields<F>;
}

/** @returns undefined when there is no such hash. */
export function parseSession(id: string, values: unknown): StoredSession | undefined {
  const fields = named(FIELDS, values);
  if (!fields) return undefined;
  const { userId, deviceId, deviceName, ip, userAgent, secret, rotatedAt } = fields;
  if (userId === null || deviceId === null || secret === null) return undefined;
  const number = (name: keyof typeof fields) => Number(fields[name]);
  return {
    id,
    userId,
    deviceId,
    deviceName,
    ip,
    userAgent,
    createdAt: number('createdAt'),
    authenticatedAt: number('authenticatedAt'),
    lastUsedAt: number('lastUsedAt'),
    expiresAt: number('expiresAt'),
    maxExpiresAt: number('maxExpiresAt'),
    tokenEpoch: number('tokenEpoch'),
    globalEpoch: number('globalEpoch'),
    cut: number('cut'),
    secret: Buffer.from(secret, 'base64url'),
    counter: number('counter'),
    rotatedAt: rotatedAt ? rotatedAt.split(',').map(Number) : [],
    ended: fields.endedAt === null ? null : ended(fields),
  };
}

function ended({
  endedAt,
  endedReason,
  endedDetail,
}: Fields<'endedAt' | 'endedReason' | 'endedDetail'>) {
  return { at: Number(endedAt), reason: endedReason ?? 'revoked', detail: endedDetail };
}

/** What the caller knows of a new session, as field and value in turn; the moments are Redis's. */
export function fieldsOf(
  session: NewSession,
  place: { readonly globalEpoch: number; readonly cut: number },
): (string | number)[] {
  const { userId, deviceId, deviceName, ip, userAgent, tokenEpoch, secret, tokenHash } = session;
  const fields = {
    userId,
    deviceId,
    deviceName,
    ip,
    userAgent,
    tokenEpoch,
    ...place,
    secret: secret.toString('base64url'),
    tokenHash: tokenHash?.toString('base64url') ?? null,
  };
  return Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [name, value]));
}

/**
 * Those of these sessions that Redis knows. One command each: measured to be as fast as a pipeline, which
 * a Cluster does not have across its nodes.
 */
export async function readSessions(redis: Redis, ids: readonly string[]): Promise<StoredSession[]> {
  const read = ids.map(async (id) =>
    parseSession(id, await redis.call('HMGET', sessionKey(id), ...FIELDS)),
  );
  return (await Promise.all(read)).filter((session) => session !== undefined);
}
