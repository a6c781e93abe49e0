import { exportAuditEvents as readEvents } from '../stores/index.js';
import type { ExportedEvent } from '../stores/index.js';
import type { Deps } from './deps.js';
import { auditFilter, parseInput } from './input.js';

/**
 * The audit log up to now, oldest first, however long it is.
 * @throws PortcullisError BAD_USER_INPUT at `filter.…`, STORE_UNAVAILABLE
 */
export function exportAuditEvents(
  deps: Deps,
  args: { readonly filter: unknown },
): AsyncGenerator<ExportedEvent, void> {
  const { filter } = parseInput(auditFilter, args);
  return readEvents((work) => deps.database.read(work), filter ?? {});
}
