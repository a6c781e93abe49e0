import type { RefreshCredential, Operation } from './history.js';
import { covers } from './endings.js';
import type { Session } from './endings.js';
import { effect, refusal } from './outcome.js';
import type { HeldBearer } from './recorder.js';

/** Tokens of one session that are worth stealing. */
const KEPT = 24;

/** Every token that was ever answered: what a thief would have. */
export class Wallet {
  readonly sessions = new Map<string, Session>();
  readonly #bearers = new Map<string, HeldBearer[]>();
  readonly #refreshes = new Map<string, RefreshCredential[]>();
  readonly #suspects = new Set<string>();

  /** Sessions that ended or may have, the last ones last. */
  get suspects(): string[] {
    return [...this.#suspects];
  }

  /** Access tokens of a session, the newest last. */
  bearers(session: string): readonly HeldBearer[] {
    return this.#bearers.get(session) ?? [];
  }

  /** Refresh tokens of a session, the newest last. */
  refreshes(session: string): readonly RefreshCredential[] {
    return this.#refreshes.get(session) ?? [];
  }

  note(operation: Operation): void {
    const bearer = bearerFrom(operation);
    if (bearer) keep(this.#bearers, bearer);
    const refresh = refreshFrom(operation);
    if (refresh) keep(this.#refreshes, refresh);
    const { act, outcome, start: asked, end: received } = operation;
    if (act.kind === 'login' && outcome.kind === 'answered' && outcome.given) {
      const { session: id, user, device } = outcome.given;
      this.sessions.set(id, { id, user, device, asked, received });
    }
    this.#suspect(operation);
  }

  #suspect(operation: Operation): void {
    const { act } = operation;
    if (act.kind === 'refresh' && refusal(operation)?.reason !== 'REFRESH_REUSED') return;
    if (act.kind !== 'refresh' && effect(operation) === 'none') return;
    for (const session of this.sessions.values()) {
      const credential = { session: session.id, received: session.received };
      if (covers(operation, credential, session) === 'not') continue;
      this.#suspects.delete(session.id);
      this.#suspects.add(session.id);
    }
  }
}

function keep<T extends { readonly session: string }>(map: Map<string, T[]>, item: T): void {
  map.set(item.session, [...(map.get(item.session) ?? []), item].slice(-KEPT));
}

/** The access token that an answer brought. */
export function bearerFrom({ outcome, bearer, start, end }: Operation): HeldBearer | undefined {
  if (outcome.kind !== 'answered') return undefined;
  const { given, renewed } = outcome;
  const times = { asked: start, received: end };
  if (given) {
    const { session, user, access: text, expiresIn } = given;
    return { session, user, text, expiresIn, ...times };
  }
  if (renewed === undefined || !bearer) return undefined;
  const { session, user } = bearer;
  return { session, user, text: renewed, expiresIn: lifeOf(renewed), ...times };
}

export function refreshFrom({ outcome, end }: Operation): RefreshCredential | undefined {
  const given = outcome.kind === 'answered' ? outcome.given : undefined;
  if (!given?.refresh) return undefined;
  const { session, user, refresh } = given;
  return { session, user, ...refresh, received: end };
}

/** Milliseconds that a JWT has left, by this machine's clock. */
function lifeOf(jwt: string): number {
  const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
  return Math.max(0, (JSON.parse(payload) as { exp: number }).exp * 1_000 - Date.now());
}
