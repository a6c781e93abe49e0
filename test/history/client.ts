import { setTimeout as delay } from 'node:timers/promises';
import type { Act, Demand, Operation, RefreshCredential } from './history.js';
import { passed, refusal, undecided } from './outcome.js';
import type { HeldBearer, Recorder } from './recorder.js';
import { askRequest, loginRequest, refreshRequest } from './requests.js';
import type { Request } from './requests.js';
import { bearerFrom, refreshFrom } from './wallet.js';

/** An account, and the passwords that it may have: more than one where a change got no answer. */
export interface Account {
  readonly id: string;
  readonly email: string;
  passwords: readonly string[];
}

export interface Held {
  readonly bearer: HeldBearer;
  /** Absent under schemes without. */
  readonly refresh?: RefreshCredential;
}

const ATTEMPTS = 12;
const PAUSE = 150;

/** Nodes in the order of the attempts: another one each time. */
export const rotated = (order: readonly number[], by: number): number[] =>
  order.map((_, index) => order[(index + by) % order.length] ?? 0);

/**
 * One device of a user, with a client as it should be: it keeps the newest tokens, asks again what was
 * not decided, refreshes ahead of the end or when told that it came, and signs in again when it must.
 */
export class Client {
  held: Held | undefined;

  constructor(
    readonly name: string,
    readonly role: 'client' | 'admin',
    readonly account: Account,
    readonly device: string,
    readonly recorder: Recorder,
  ) {}

  /** Sends once. What the answer says of the tokens is kept. */
  async send(
    act: Act,
    request: Request,
    order: readonly number[],
    more: { bearer?: HeldBearer | undefined; abandonAfter?: number } = {},
  ): Promise<Operation> {
    const { name: actor, role } = this;
    const operation = await this.recorder.perform({ actor, role, act, request, order, ...more });
    this.#keep(operation);
    return operation;
  }

  /** Signed in at the end, unless that is impossible at the moment. */
  async ready(order: readonly number[]): Promise<Held | undefined> {
    const { bearer } = this.held ?? {};
    const left = bearer ? bearer.received + bearer.expiresIn - this.recorder.now() : 0;
    if (bearer && left > bearer.expiresIn / 5) return this.held;
    if (this.held?.refresh) await this.refresh(order);
    else this.held = undefined;
    if (!this.held) await this.logIn(order);
    return this.held;
  }

  async logIn(order: readonly number[]): Promise<void> {
    const { email, id: user } = this.account;
    for (let attempt = 0; attempt < ATTEMPTS && !this.held; attempt += 1) {
      const { passwords } = this.account;
      const password = passwords[attempt % passwords.length] ?? '';
      const request = loginRequest({ email, password, device: this.device });
      const answer = await this.send({ kind: 'login', user }, request, rotated(order, attempt));
      const refused = refusal(answer);
      if (refused && refused.reason !== 'INVALID_CREDENTIALS') return;
      if (!passed(answer)) await delay(PAUSE);
    }
  }

  /** Trades the refresh token in; asks the next node when the answer is lost or says "not now". */
  async refresh(
    order: readonly number[],
    token = this.held?.refresh,
    abandonAfter?: number,
  ): Promise<void> {
    if (!token) return;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const answer = await this.send(
        { kind: 'refresh', with: token },
        refreshRequest(token.text),
        rotated(order, attempt),
        attempt === 0 && abandonAfter !== undefined ? { abandonAfter } : {},
      );
      if (!undecided(answer)) return;
      if (answer.outcome.kind === 'answered') await delay(PAUSE);
    }
  }

  ask(demand: Demand, order: readonly number[]): Promise<Operation | undefined> {
    return this.signedIn({ kind: 'ask', demand }, askRequest(demand), order);
  }

  /** Asks with the access token, again after a refresh if it has expired, and again if undecided. */
  async signedIn(
    act: Act,
    request: Request,
    order: readonly number[],
  ): Promise<Operation | undefined> {
    let last: Operation | undefined;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const held = await this.ready(order);
      if (!held) return last;
      const { bearer } = held;
      last = await this.send(act, request, rotated(order, attempt), { bearer });
      if (refusal(last)?.reason === 'TOKEN_EXPIRED' && this.held?.bearer === bearer) {
        if (held.refresh) await this.refresh(order);
        else this.held = undefined;
      } else if (!undecided(last)) {
        return last;
      }
    }
    return last;
  }

  #keep(operation: Operation): void {
    const bearer = bearerFrom(operation);
    const refresh = refreshFrom(operation);
    if (bearer && isNewer(refresh, this.held)) {
      this.held = { bearer, ...(refresh ? { refresh } : {}) };
    }
    const refused = refusal(operation);
    const { act } = operation;
    const about = act.kind === 'refresh' ? act.with.session : operation.bearer?.session;
    const over =
      refused?.code === 'REFRESH_REJECTED' ||
      (refused?.code === 'UNAUTHENTICATED' && refused.reason !== 'TOKEN_EXPIRED');
    if (over && about === this.held?.bearer.session) this.held = undefined;
  }
}

/** Of two tabs that answer one after the other, the older answer must not win. */
function isNewer(refresh: RefreshCredential | undefined, held: Held | undefined): boolean {
  if (!refresh || !held?.refresh || refresh.session !== held.refresh.session) return true;
  return refresh.counter >= held.refresh.counter;
}
