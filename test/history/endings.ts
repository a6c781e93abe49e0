import type { Act, Moment, Operation } from './history.js';
import { effect, refusal, undecided } from './outcome.js';

/** A sign-in that was answered. */
export interface Session {
  readonly id: string;
  readonly user: string;
  readonly device: string;
  readonly asked: Moment;
  readonly received: Moment;
}

/** A token of a session, and since when its holder has it. */
export interface Credential {
  readonly session: string;
  readonly received: Moment;
}

/** Something that ended a session, or may have. */
export interface Ending {
  readonly operation: Operation;
  /** It cannot have ended before. */
  readonly from: Moment;
  /** It has ended by then; infinite where nobody can say that it has. */
  readonly by: Moment;
}

type Coverage = 'surely' | 'perhaps' | 'not';

/** How long a server may go on with a request whose client is gone. Milliseconds. */
const LINGERS = 30_000;
/** Rotations that a session remembers. */
const REMEMBERED = 16;

/** Which sessions the operations of a history ended, and when. */
export class Endings {
  readonly sessions: ReadonlyMap<string, Session>;
  readonly #acts: Operation[];
  readonly #presented = new Map<string, Moment>();
  readonly #newest = new Map<string, number>();
  readonly #grace: number;

  constructor(operations: readonly Operation[], refreshGrace: number) {
    this.#grace = refreshGrace;
    this.sessions = sessionsOf(operations);
    for (const { act, start, outcome } of operations) {
      if (act.kind !== 'refresh') continue;
      const { session, counter } = act.with;
      const key = `${session} ${counter}`;
      this.#presented.set(key, Math.min(start, this.#presented.get(key) ?? Infinity));
      const newest =
        (outcome.kind === 'answered' && outcome.given?.refresh?.counter) || counter + 1;
      this.#newest.set(session, Math.max(newest, this.#newest.get(session) ?? 0));
    }
    this.#acts = operations.filter((operation) => this.#mayEnd(operation));
  }

  /** What ended this credential, or may have. */
  of(credential: Credential): Ending[] {
    const session = this.sessions.get(credential.session);
    return this.#acts.flatMap((operation) => {
      const done = effect(operation) === 'done' || isReuse(operation);
      const coverage = covers(operation, credential, session);
      if (coverage === 'not') return [];
      const { start: from, end } = operation;
      return [{ operation, from, by: done && coverage === 'surely' ? end : Infinity }];
    });
  }

  /** Since when the credential has ended beyond doubt; infinite where it has not. */
  endedBy(credential: Credential): Ending | undefined {
    return this.of(credential)
      .filter(({ by }) => by !== Infinity)
      .sort((one, other) => one.by - other.by)[0];
  }

  /** Whether anything could have ended the credential before that moment. */
  mayHaveEnded(credential: Credential, at: Moment): boolean {
    return this.of(credential).some(({ from }) => from <= at);
  }

  /**
   * Whether a refresh may be told that its token was used before: the grace may have passed since the
   * token was first presented, or more rotations may have followed than a session remembers.
   */
  mayBeReuse({ act, end }: Operation, lingers = 0): boolean {
    if (act.kind !== 'refresh') return false;
    const { session, counter } = act.with;
    const first = this.#presented.get(`${session} ${counter}`) ?? Infinity;
    const rotations = (this.#newest.get(session) ?? 0) - counter;
    return end + lingers - first > this.#grace || rotations > REMEMBERED;
  }

  #mayEnd(operation: Operation): boolean {
    if (operation.act.kind === 'refresh') {
      return isReuse(operation) || (undecided(operation) && this.mayBeReuse(operation, LINGERS));
    }
    return ENDS.has(operation.act.kind) && effect(operation) !== 'none';
  }
}

const ENDS: ReadonlySet<Act['kind']> = new Set([
  'logout',
  'revokeSession',
  'revokeMySession',
  'revokeUser',
  'logoutEverywhere',
  'changePassword',
  'disable',
  'revokeAll',
  'rotateKey',
]);

function isReuse(operation: Operation): boolean {
  return refusal(operation)?.reason === 'REFRESH_REUSED';
}

function sessionsOf(operations: readonly Operation[]): Map<string, Session> {
  const sessions = new Map<string, Session>();
  for (const { act, outcome, start, end } of operations) {
    if (act.kind !== 'login' || outcome.kind !== 'answered' || !outcome.given) continue;
    const { session: id, user, device } = outcome.given;
    sessions.set(id, { id, user, device, asked: start, received: end });
  }
  return sessions;
}

/** Whether an act was about this credential, supposing that it took effect. */
export function covers(
  operation: Operation,
  credential: Credential,
  session: Session | undefined,
): Coverage {
  const { act, bearer } = operation;
  const own = bearer?.session === credential.session;
  switch (act.kind) {
    case 'refresh':
      return act.with.session === credential.session ? 'surely' : 'not';
    case 'logout':
    case 'revokeSession':
    case 'revokeMySession':
      return act.session === credential.session ? 'surely' : 'not';
    case 'revokeUser':
      return act.device === undefined || act.device === session?.device
        ? ofUser(operation, act.user, session)
        : 'not';
    case 'disable':
      return ofUser(operation, act.user, session);
    case 'logoutEverywhere':
      return own && act.keepCurrent ? 'not' : ofUser(operation, act.user, session);
    case 'changePassword':
      // The session goes on with new tokens; where their answer was lost, nobody has them.
      return own ? before(operation, credential.received) : ofUser(operation, act.user, session);
    case 'revokeAll':
      return ofAnybody(operation, session);
    case 'rotateKey':
      return act.revokeIssued ? ofAnybody(operation, session) : 'not';
    default:
      return 'not';
  }
}

function ofAnybody(operation: Operation, session: Session | undefined): Coverage {
  return session ? before(operation, session.received, session.asked) : 'perhaps';
}

function ofUser(operation: Operation, user: string, session: Session | undefined): Coverage {
  if (!session) return 'perhaps';
  return session.user === user ? before(operation, session.received, session.asked) : 'not';
}

/** A change ends what was there when it began, and spares what came after it was over. */
function before(operation: Operation, received: Moment, asked: Moment = received): Coverage {
  if (received < operation.start) return 'surely';
  const over = operation.end + (effect(operation) === 'unknown' ? LINGERS : 0);
  return asked > over ? 'not' : 'perhaps';
}
