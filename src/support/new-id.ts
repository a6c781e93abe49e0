import { randomFillSync, randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from './clock.js';

const LENGTH = 16;
/** Chance for 256 ids: a draw for each would cost 4 µs of it. */
const pool = new Uint8Array(256 * LENGTH);
let drawn = pool.length;

function random(): Uint8Array {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += LENGTH;
  return pool.subarray(drawn - LENGTH, drawn);
}

const last = new WeakMap<Clock, { msecs: number; seq: number }>();

/** A UUIDv7 (RFC 9562, 5.7), greater than every one before it from the same clock: ids are an order. */
export function newId(clock: Clock): string {
  const before = last.get(clock);
  const msecs = Math.max(Math.floor(clock.now()), before?.msecs ?? 0);
  const seq = before?.msecs === msecs ? before.seq + 1 : randomInt(2 ** 30);
  last.set(clock, { msecs, seq });
  return uuidv7({ msecs, seq, random: random() });
}
