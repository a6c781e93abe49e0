import { setTimeout as delay } from 'node:timers/promises';
import { send } from './client.js';
import type { Answer, Request } from './client.js';
import { inWords, matches, mentioned } from './expectation.js';
import type { Expectation } from './expectation.js';
import type { Teller } from './teller.js';
import { TourError } from './tour-error.js';

/** One request of the story and what the server will say to it. */
export interface Step<Data, Variables> extends Request<Data, Variables> {
  readonly tells: string;
  readonly expects: Expectation;
  /** Another server than the first. */
  readonly at?: string | undefined;
}

/** Leads through the story: asks, tells, and stops at the first answer that is not as told. */
export class Guide {
  readonly teller: Teller;
  readonly #url: string;
  readonly #signal: AbortSignal;
  readonly #started = performance.now();
  #steps = 0;

  constructor(url: string, teller: Teller, signal: AbortSignal) {
    this.teller = teller;
    this.#url = url;
    this.#signal = signal;
  }

  /** @throws TourError when the answer is not the one that was told. */
  async ask<Data, Variables>(step: Step<Data, Variables>): Promise<Data | null> {
    this.#begin(step.tells);
    this.#tellRequest(step);
    const answer = await send(step.at ?? this.#url, step, this.#signal);
    this.#check(step, answer);
    return answer.data;
  }

  /** The same request several times at once; every answer is judged. */
  async race<Data, Variables>(
    times: number,
    step: Step<Data, Variables>,
    together: { readonly says: string; readonly holds: (answers: (Data | null)[]) => boolean },
  ): Promise<Data | null> {
    this.#begin(step.tells);
    this.#tellRequest(step);
    const sending = Array.from({ length: times }, () => send(this.#url, step, this.#signal));
    const answers = await Promise.all(sending);
    for (const answer of answers) this.#check(step, answer);
    if (!together.holds(answers.map(({ data }) => data))) {
      throw new TourError(`Step ${this.#steps} went otherwise: expected ${together.says}.`);
    }
    return answers[0]?.data ?? null;
  }

  /** Lets time pass that a rule of the server counts. */
  async wait(milliseconds: number, why: string): Promise<void> {
    this.teller.note(`(waiting ${milliseconds} ms: ${why})`);
    await delay(milliseconds, undefined, { signal: this.#signal });
  }

  /** What the tour does not show here, and why. */
  leaveOut(tells: string, why: string): void {
    this.teller.note(`Not shown: ${tells} ${why}`);
  }

  end(): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    this.teller.end(`${this.#steps} steps, all answered as told, in ${seconds} s.`);
  }

  #begin(tells: string): void {
    this.#signal.throwIfAborted();
    this.#steps += 1;
    this.teller.step(this.#steps, tells);
  }

  #tellRequest<Data, Variables>({ document, variables, token }: Request<Data, Variables>): void {
    const [operation] = document.definitions.flatMap((definition) =>
      definition.kind === 'OperationDefinition' ? [definition] : [],
    );
    const name = `${operation?.operation ?? 'query'} ${operation?.name?.value ?? ''}`;
    this.teller.request(name, variables, token);
  }

  #check<Data, Variables>({ expects }: Step<Data, Variables>, answer: Answer<Data>): void {
    const expected = {
      status: expects.status ?? 200,
      data: expects.data ?? null,
      errors: expects.errors ?? [],
      receipts: expects.receipts ?? [],
    };
    const { milliseconds, ...actual } = answer;
    const asTold = matches(actual, expected);
    const data = asTold ? mentioned(answer.data, expected.data) : answer.data;
    this.teller.answer({ ...actual, data }, milliseconds);
    if (asTold) return;
    const receipts = expected.receipts.map(({ says }) => `<${says}>`);
    this.teller.mismatch({ ...expected, data: inWords(expected.data), receipts });
    throw new TourError(`Step ${this.#steps} of the tour was answered otherwise than told.`);
  }
}
