/** The hash of one session. */
export function sessionKey(id: string): string {
  return `portcullis:session:${id}`;
}

/** Sorted by id, which is sorted by time: all sessions, as `id:userId`. */
export const ALL_SESSIONS = 'portcullis:sessions';

/** Sorted by id: the ids of one user's sessions. */
export function userKey(userId: string): string {
  return `portcullis:user:${userId}`;
}

/**
 * Sorted by when they expire: the ids of sessions that nobody has ended, to be counted. A rise of the
 * global epoch leaves them all behind under its key.
 */
export function openKey(globalEpoch: number): string {
  return `portcullis:open:${globalEpoch}`;
}
