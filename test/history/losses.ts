import { covers, Endings } from './endings.js';
import type { Session } from './endings.js';
import type { History, Moment, Operation, Violation } from './history.js';

/** Milliseconds that the standby may be behind when it hears of nothing any more. */
const BEHIND = 1_000;

/** What nobody can say of a session of which the new primary may not know the last. */
const OPEN: ReadonlySet<string> = new Set([
  'logged-out-for-nothing',
  'lineage-forks',
  'lineage-goes-back',
  'lineage-stands-still',
  'lineage-skips',
  'nodes-disagree',
  'own-revocation-forgotten',
  'refusal-taken-back',
]);

/**
 * What a fail-over that did not wait for the standby may have undone: the changes that were acknowledged
 * shortly before, a sign-in, a refresh, a revocation among them. Such a revocation is not held to be
 * done, and such a session not to live. All else holds, and the nodes agree on what has remained.
 */
export class Losses {
  readonly #windows: readonly { readonly from: Moment; readonly to: Moment }[];
  readonly #inDoubt: readonly Operation[];
  readonly #history: History;
  readonly #sessions: ReadonlyMap<string, Session>;

  constructor(history: History) {
    this.#history = history;
    this.#sessions = new Endings(history.operations, 0).sessions;
    this.#windows = history.faults
      .filter(({ kind }) => kind === 'fail over')
      .map(({ from, to }) => ({ from: from - BEHIND, to }));
    this.#inDoubt = history.operations.filter(
      (operation) => changes(operation) && this.#isInDoubt(operation),
    );
  }

  /** The history without the word of those who have acknowledged what may be lost. */
  get history(): History {
    const doubtful = new Set(this.#inDoubt);
    const operations = this.#history.operations.map((operation): Operation => {
      const { act } = operation;
      // The tokens are in somebody's hands all the same.
      if (!doubtful.has(operation) || act.kind === 'login' || act.kind === 'refresh') {
        return operation;
      }
      return { ...operation, outcome: { kind: 'cut', why: 'abandoned' } };
    });
    return { ...this.#history, operations };
  }

  /** Whether what may be lost explains it. */
  explains({ invariant, operations }: Violation): boolean {
    return OPEN.has(invariant) && operations.some((operation) => this.#concerns(operation));
  }

  #concerns({ act, bearer, outcome, end }: Operation): boolean {
    const given = outcome.kind === 'answered' ? outcome.given?.session : undefined;
    const presented = act.kind === 'refresh' ? act.with.session : bearer?.session;
    const session = presented ?? given;
    return this.#inDoubt.some((doubtful) => {
      if (doubtful.start > end) return false;
      if (session === undefined || sessionsOf(doubtful).includes(session)) return true;
      const known = this.#sessions.get(session);
      return covers(doubtful, { session, received: known?.received ?? 0 }, known) !== 'not';
    });
  }

  #isInDoubt({ start, end }: Operation): boolean {
    return this.#windows.some(({ from, to }) => end >= from && start <= to);
  }
}

const changes = ({ act }: Operation): boolean => act.kind !== 'ask';

function sessionsOf({ act, bearer, outcome }: Operation): (string | undefined)[] {
  const given = outcome.kind === 'answered' ? outcome.given?.session : undefined;
  const named = act.kind === 'refresh' ? act.with.session : 'session' in act ? act.session : '';
  return [given, named, bearer?.session];
}
