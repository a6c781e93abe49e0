import { within } from '../../../support/within.js';
import type { SessionLookUp, SessionRef, SessionState } from '../record.js';
import { silence } from './parts.js';
import type { Parts } from './parts.js';
import { readFields } from './stored-session.js';
import { JUDGED, judge, readWords } from './word.js';

/** Milliseconds; as long as PostgreSQL's connections for checks wait. */
const BOUND = 700;

/** Asks Redis and PostgreSQL at once. A session that Redis does not know is over. */
export async function readSessionStates(
  parts: Parts,
  sessions: readonly SessionRef[],
): Promise<Map<string, SessionState>> {
  const reads = sessions.map(({ sessionId }) => readFields(parts.redis, sessionId, JUDGED));
  const both = Promise.all([Promise.all(reads), readWords(parts, sessions)]);
  const [stored, words] = await within(BOUND, both, silence);
  const states = new Map<string, SessionState>();
  sessions.forEach(({ sessionId: id, userId }, n) => {
    const fields = stored[n];
    const word = words.get(id);
    if (!word || fields?.userId !== userId) return;
    const { tokenEpoch, globalEpoch, kids } = word;
    states.set(id, { id, tokenEpoch, globalEpoch, kids, ...judge(word, fields) });
  });
  return states;
}

const LOOKED_UP = [...JUDGED, 'tokenHash', 'authenticatedAt', 'lastUsedAt'] as const;

/** A session token names no user, so PostgreSQL is asked once Redis has said who it is. */
export async function lookUpSessions(
  parts: Parts,
  ids: readonly string[],
): Promise<Map<string, SessionLookUp>> {
  return within(BOUND, lookUp(parts, ids), silence);
}

async function lookUp(parts: Parts, ids: readonly string[]): Promise<Map<string, SessionLookUp>> {
  const read = ids.map(async (id) => ({
    id,
    fields: await readFields(parts.redis, id, LOOKED_UP),
  }));
  const stored = await Promise.all(read);
  const refs = stored.flatMap(({ id, fields }) =>
    fields?.userId == null ? [] : [{ sessionId: id, userId: fields.userId }],
  );
  const words = await readWords(parts, refs);
  const found = new Map<string, SessionLookUp>();
  for (const { id, fields } of stored) {
    const word = words.get(id);
    if (!word || fields?.userId == null || fields.deviceId === null) continue;
    const { userId, deviceId, tokenHash } = fields;
    found.set(id, {
      id,
      userId,
      externalId: word.externalId,
      deviceId,
      tokenHash: tokenHash === null ? null : Buffer.from(tokenHash, 'base64url'),
      scopes: word.scopes,
      tokenEpoch: Number(fields.tokenEpoch),
      globalEpoch: Number(fields.globalEpoch),
      authenticatedAt: Number(fields.authenticatedAt),
      expiresAt: Number(fields.expiresAt),
      now: word.now,
      unusedFor: word.now - Number(fields.lastUsedAt),
      ...judge(word, fields),
    });
  }
  return found;
}
