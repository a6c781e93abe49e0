import { setAlarm } from '../support/alarm.js';
import { EventQueue } from '../support/event-queue.js';
import type { Caller, Deps } from './deps.js';
import type { SessionEnd } from './session-ends.js';

/** Milliseconds until the store is asked again when it did not answer, and between any two looks. */
const RETRY = 1_000;
const LEAST_GAP = 50;

/**
 * The end of the caller's session, as a stream of one event. Costs one read at the beginning, and one
 * whenever the session would have expired, if nobody had refreshed it.
 * @param toEvent what the stream says of it
 * @throws PortcullisError STORE_UNAVAILABLE, AUTH_CHECK_UNAVAILABLE.
 */
export async function sessionEnded<E>(
  deps: Deps,
  { token }: Caller,
  toEvent: (end: SessionEnd) => E,
): Promise<EventQueue<E>> {
  let isOver = false;
  let cancel: (() => void) | undefined;
  const queue = new EventQueue<E>();
  // Before the look at the store, so that no end falls between the two.
  const watch = deps.sessionEnds.watch(token, {
    onEnd: (end) => {
      queue.push(toEvent(end));
      queue.end();
    },
  });
  queue.onOver(() => {
    isOver = true;
    watch.stop();
    cancel?.();
  });
  const wake = (at: number) => {
    if (!isOver) cancel = setAlarm(deps.clock, at, lookAgain);
  };
  const look = async () => {
    const session = await deps.database.read((db) => deps.sessions.find(db, token.sessionId));
    if (session?.endedReason === null) {
      watch.endsAt = session.expiresAt.getTime();
      wake(Math.max(watch.endsAt, deps.clock.now() + LEAST_GAP));
    } else await deps.sessionEnds.check(token);
  };
  const lookAgain = () => {
    look().catch(() => wake(deps.clock.now() + RETRY));
  };
  try {
    await look();
  } catch (error) {
    await queue.return();
    throw error;
  }
  return queue;
}
