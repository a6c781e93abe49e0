import type { GraphQLError } from 'graphql';
import { findPortcullisError } from '../errors/index.js';
import type { PortcullisError } from '../errors/index.js';
import type { Ahead, Unheard } from '../graphql/index.js';
import type { Asked, Checker, Denylist } from '../revocation/index.js';
import type { Authentication } from '../services/index.js';
import type { AccessToken } from '../tokens/index.js';
import { Foresight, operationOf } from './foresight.js';
import type { NamedOperation } from './foresight.js';

export interface DoorOptions {
  /** What an Authorization header is worth. Undefined where that takes more than a look at it. */
  readonly authenticate: (authorization: string | undefined) => Authentication | undefined;
  readonly denylist: Pick<Denylist, 'find'>;
  readonly checker: Pick<Checker, 'ask'>;
}

/** A request on its way in, and again on its way out. */
export interface Passage extends Ahead {
  /** Errors of which nobody was told while it was answered; undefined where there are none. */
  readonly unheard: readonly GraphQLError[] | undefined;
}

/**
 * Requests that arrive in one turn of the event loop go on together, each step of all of them after the other:
 * what one does from its first step to its last is each time too much for a processor's caches, and 64
 * connections were answered 2.5 times as fast in step. Of those whose operation is known to ask the store, it is
 * asked here, by one statement: to wait as a header and a text costs half of what it costs amid an execution.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #foresight = new Foresight();
  #waiting: Visitor[] = [];

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Settles at the end of this turn, or once the store has answered or is known not to. Never rejects. */
  enter(authorization: string | undefined, body: unknown): Promise<Passage> {
    return new Promise((goOn) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#open());
      this.#waiting.push(new Visitor(authorization, operationOf(body), this.#foresight, goOn));
    });
  }

  #open(): void {
    const all = this.#waiting;
    this.#waiting = [];
    const held: Visitor[] = [];
    const tokens: AccessToken[] = [];
    for (const visitor of all) {
      const token = this.#tokenToAskFor(visitor);
      if (token) {
        held.push(visitor);
        tokens.push(token);
      } else {
        visitor.goOn(visitor);
      }
    }
    if (held.length > 0) void this.#ask(held, tokens);
  }

  #tokenToAskFor(visitor: Visitor): AccessToken | undefined {
    const { authenticate, denylist } = this.#options;
    try {
      visitor.found = authenticate(visitor.authorization);
    } catch {
      // It is tried again where its failure is answered.
      return undefined;
    }
    const { found } = visitor;
    if (found?.kind !== 'known' || !visitor.isForeseen()) return undefined;
    return denylist.find(found.token) ? undefined : found.token;
  }

  async #ask(held: readonly Visitor[], tokens: readonly AccessToken[]): Promise<void> {
    try {
      const answers = await this.#options.checker.ask(tokens);
      for (const [at, visitor] of held.entries()) visitor.asked = answers[at];
    } catch (error) {
      for (const visitor of held) visitor.learn(findPortcullisError(error));
    }
    for (const visitor of held) visitor.goOn(visitor);
  }
}

/** A request on its way in, and what is known of it. */
class Visitor implements Passage {
  found: Authentication | undefined = undefined;
  asked: Asked | PortcullisError | undefined = undefined;
  private operationUnheard: Unheard | undefined = undefined;

  constructor(
    readonly authorization: string | undefined,
    readonly operation: NamedOperation | undefined,
    readonly foresight: Foresight,
    readonly goOn: (passage: Passage) => void,
  ) {}

  get unheard() {
    return this.operationUnheard?.errors;
  }

  isForeseen(): boolean {
    return this.operation !== undefined && this.foresight.asks(this.operation);
  }

  onAsk(): void {
    // Who was asked for here was foreseen.
    if (this.operation && !this.asked) this.foresight.add(this.operation);
  }

  onUnheard(operation: Unheard): void {
    this.operationUnheard = operation;
  }

  /** Nobody answers: from now on nobody waits for an answer that might not be needed. */
  learn(failure: PortcullisError | undefined): void {
    this.asked = failure;
    if (this.operation) this.foresight.delete(this.operation);
  }
}
