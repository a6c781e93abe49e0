import { setTimeout as delay } from 'node:timers/promises';
import type { Act, Bearer, Complaint, Fault, Given, Moment, Operation, Role } from './history.js';
import type { Outcome } from './history.js';
import { GIVING } from './requests.js';
import type { Request } from './requests.js';
import type { Slot } from './slot.js';

/** Milliseconds after which an answer is waited for in vain. Longer than all waits of a node together. */
const PATIENCE = 30_000;

/** An access token and what its holder knows of it. */
export interface HeldBearer extends Bearer {
  readonly text: string;
}

export interface Attempt {
  readonly actor: string;
  readonly role: Role;
  readonly act: Act;
  readonly request: Request;
  /** The first that is up is asked. */
  readonly order: readonly number[];
  readonly bearer?: HeldBearer | undefined;
  /** Milliseconds after which the client goes away. */
  readonly abandonAfter?: number;
}

/** Asks, and writes down what was asked, when, and what came of it. */
export class Recorder {
  readonly operations: Operation[] = [];
  readonly faults: Fault[] = [];
  readonly complaints: Complaint[] = [];
  readonly #slots: readonly Slot[];
  readonly #began = performance.now();
  readonly #listeners: ((operation: Operation) => void)[] = [];
  #ids = 0;
  #closed = false;

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
  }

  now(): Moment {
    return performance.now() - this.#began;
  }

  complain(complaint: Omit<Complaint, 'at'>): void {
    this.complaints.push({ ...complaint, at: this.now() });
  }

  onOperation(listener: (operation: Operation) => void): void {
    this.#listeners.push(listener);
  }

  /** Whoever still asks is turned away: there is nobody left to answer. */
  close(): void {
    this.#closed = true;
  }

  async perform(attempt: Attempt): Promise<Operation> {
    const { node, url, life } = await this.#pick(attempt.order);
    const { actor, role, act, bearer } = attempt;
    const start = this.now();
    const outcome = await send(url, attempt);
    const operation: Operation = {
      id: (this.#ids += 1),
      ...{ actor, role, node, life, act },
      ...(bearer ? { bearer: withoutText(bearer) } : {}),
      start,
      end: this.now(),
      outcome,
    };
    this.operations.push(operation);
    for (const listener of this.#listeners) listener(operation);
    return operation;
  }

  async #pick(order: readonly number[]): Promise<{ node: number; url: string; life: number }> {
    while (!this.#closed) {
      for (const node of order) {
        const address = this.#slots[node]?.address;
        if (address) return { node, ...address };
      }
      await delay(50);
    }
    throw new Error('the history is over');
  }
}

function withoutText({ session, user, asked, received, expiresIn }: HeldBearer): Bearer {
  return { session, user, asked, received, expiresIn };
}

async function send(url: string, { request, bearer, abandonAfter }: Attempt): Promise<Outcome> {
  const signal = AbortSignal.timeout(Math.ceil(abandonAfter ?? PATIENCE));
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer ? { authorization: `Bearer ${bearer.text}` } : {}),
      },
      body: JSON.stringify(request),
      signal,
    });
    return outcomeOf(response, await response.text());
  } catch {
    if (!signal.aborted) return { kind: 'cut', why: 'network' };
    return { kind: 'cut', why: abandonAfter === undefined ? 'time-out' : 'abandoned' };
  }
}

interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions?: Record<string, unknown>;
  }[];
  readonly extensions?: { readonly portcullis?: { readonly accessToken?: string } };
}

function outcomeOf({ status, headers }: Response, text: string): Outcome {
  let body: Body;
  try {
    body = JSON.parse(text) as Body;
  } catch {
    return { kind: 'malformed', status, text: text.slice(0, 200) };
  }
  const given = givenBy(body.data ?? {});
  const renewed = body.extensions?.portcullis?.accessToken;
  return {
    kind: 'answered',
    status,
    refusals: (body.errors ?? []).map(({ path, extensions = {} }) => ({
      code: String(extensions['code']),
      reason: String(extensions['reason']),
      ...(path ? { path: path.join('.') } : {}),
      retryable: extensions['retryable'] === true,
      retryAfter: typeof extensions['retryAfter'] === 'number',
    })),
    hasData: body.data !== undefined,
    challenge: headers.has('www-authenticate'),
    ...(given ? { given } : {}),
    ...(renewed === undefined ? {} : { renewed }),
  };
}

interface Payload {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresIn: number;
  readonly session: { readonly id: string; readonly device: { readonly id: string } };
  readonly user: { readonly id: string; readonly scopes: readonly string[] };
}

function givenBy(data: Record<string, unknown>): Given | undefined {
  const payload = GIVING.map((field) => data[field]).find((value) => value != null);
  if (payload === undefined) return undefined;
  const { accessToken: access, refreshToken, expiresIn, session, user } = payload as Payload;
  return {
    session: session.id,
    user: user.id,
    device: session.device.id,
    scopes: user.scopes,
    access,
    expiresIn: expiresIn * 1_000,
    ...(refreshToken === null
      ? {}
      : { refresh: { text: refreshToken, counter: counterOf(refreshToken) } }),
  };
}

/** Where in its lineage a refresh token stands: see src/tokens/refresh.ts. */
function counterOf(token: string): number {
  return Buffer.from(token.slice('prt_'.length), 'base64url').readUInt32BE(17);
}
