import type { Guard, VerifiedToken } from '../../../src/directives/index.js';
import { PortcullisError } from '../../../src/errors/index.js';

/** What a request says of whoever asks, without any store. */
export interface Caller {
  readonly token?: VerifiedToken;
  readonly refusal?: PortcullisError;
}

/** A context of somebody else's server. */
export interface Context {
  readonly caller: Caller;
}

const SCOPES: Readonly<Record<string, readonly string[]>> = { user: [], admin: ['admin'] };

/** `Bearer user` and `Bearer admin` are good tokens, every other one is bad. */
export function callerOf(authorization: string | null | undefined): Caller {
  const name = authorization?.replace(/^Bearer /, '');
  if (name === undefined || name === '') return {};
  const scopes = SCOPES[name];
  if (!scopes) return { refusal: new PortcullisError('UNAUTHENTICATED', 'TOKEN_INVALID') };
  const now = Date.now() / 1_000;
  const token = {
    ...{ sessionId: name, scopes: new Set(scopes) },
    ...{ issuedAt: now, authenticatedAt: now },
  };
  return { token };
}

const callerIn = (context: unknown) => (context as Partial<Context> | undefined)?.caller;

/** Takes whatever the context says for true. */
export const guard: Guard = {
  token: (context) => callerIn(context)?.token,
  refusal: (context) => callerIn(context)?.refusal,
  revoked: () => undefined,
  knowledge: () => ({}),
  check: async () => true,
  now: () => Date.now(),
};
