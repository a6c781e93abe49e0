import type { AuditFilter, AuditRecord } from '../stores/index.js';
import type { EventQueue } from '../support/event-queue.js';
import type { Caller, Deps } from './deps.js';
import { auditFilter, parseInput } from './input.js';

/**
 * What happens from now on, on every node. It ends with the caller's session, what waits included; where
 * only the token is over, it falls silent, for the caller to come back with a new one.
 * @throws PortcullisError BAD_USER_INPUT, STORE_UNAVAILABLE.
 */
export async function auditEvents(
  deps: Deps,
  { token }: Caller,
  args: unknown,
): Promise<EventQueue<AuditRecord>> {
  const { filter } = parseInput(auditFilter, args);
  const events = await deps.auditTail.follow((event) => matches(event, filter ?? {}));
  const watch = deps.sessionEnds.watch(token, {
    onTokenOver: () => events.mute(),
    onEnd: () => void events.return(),
  });
  events.onOver(() => watch.stop());
  // It may have ended before anybody watched.
  if (deps.denylist.find(token)) events.mute();
  return events;
}

/** As the store's lists would have it. */
function matches(event: AuditRecord, filter: AuditFilter): boolean {
  const { type, userId, sessionId, since, until } = filter;
  return (
    (type == null || event.type === type) &&
    (userId == null || event.userId === userId.toLowerCase()) &&
    (sessionId == null || event.sessionId === sessionId.toLowerCase()) &&
    (since == null || event.at >= since) &&
    (until == null || event.at < until)
  );
}
