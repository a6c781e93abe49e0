import { createHash } from 'node:crypto';

/** What a receiver is called in the database and in logs. */
export function receiverOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}
