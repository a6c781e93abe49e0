import type { DocumentNode, GraphQLSchema } from 'graphql';
import { PortcullisError } from '../errors/index.js';
import type { Policy } from '../policy/index.js';
import type { Asked } from '../revocation/index.js';
import type { Authentication, Caller, Deps, Origin, RenewedToken } from '../services/index.js';
import { readBearer } from '../support/bearer.js';
import { isPromise } from '../support/is-promise.js';
import type { AccessToken } from '../tokens/index.js';
import { Accounts } from './accounts.js';
import type { Cookies } from './cookies.js';
import { authenticateRequest } from './session-cookie.js';

/** Which nodes have applied what one root field revoked. */
export interface ReceiptsExtra {
  /** The root field's name in the answer. */
  readonly path: string;
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly appliedAfterMs: number | null;
  }[];
}

/** What an answer carries beside its data. */
export type AnswerExtras = Partial<RenewedToken> & { receipts?: ReceiptsExtra[] };

/** What resolvers work with, made anew for every operation. */
export interface GraphQLContext {
  readonly requestId: string;
  readonly origin: Origin;
  readonly deps: Deps;
  /** What every field of a schema demands. */
  readonly policyOf: (schema: GraphQLSchema) => Policy;
  /** Of the node that answers. */
  readonly nodeId: string;
  /** The token of the Authorization header as it was presented, good or bad. */
  readonly bearer: string | undefined;
  /** The verified token; revocation is another question. */
  readonly token: AccessToken | undefined;
  /** Whether the store itself said, for this very request, that it is good. */
  readonly checked: boolean;
  readonly ahead: Ahead | undefined;
  /** Why a presented token was refused. */
  readonly refusal: PortcullisError | undefined;
  /** Why nobody can tell what a presented token stands for. */
  readonly unavailable: PortcullisError | undefined;
  /** Undefined where there can be none. */
  readonly cookies: Cookies | undefined;
  /** What goes into `extensions.portcullis` of the answer. */
  readonly extras: AnswerExtras;
  readonly users: Accounts;
  /** Names a trusted document where no HTTP request does. */
  readonly documentId?: unknown;
  /** Takes over a subscription that may begin. Undefined where nothing can be streamed. */
  readonly stream?: ((document: DocumentNode) => void) | undefined;
}

/** What was found out of a request before its document was read. */
export interface Ahead {
  /** What its bearer token turned out to be. Undefined where that takes more than the token itself. */
  readonly found: Authentication | undefined;
  /** What the store said of the session, or why it cannot tell; nothing is judged by it yet. */
  readonly asked: Asked | PortcullisError | undefined;
  /** Told that a field of a query's root has asked the store. */
  onAsk(): void;
}

export interface RequestFacts {
  readonly requestId: string;
  readonly origin: Origin;
  readonly authorization: string | undefined;
  readonly cookies?: Cookies;
  readonly ahead?: Ahead | undefined;
  /** The server speaks of its own accord, as by an event: that is no use of the session. */
  readonly unasked?: boolean;
}

/** What stays the same for all requests of a node. */
export interface ContextParts {
  readonly deps: Deps;
  /** What every field of a schema demands. */
  readonly policyOf: (schema: GraphQLSchema) => Policy;
  readonly nodeId: string;
}

/** Verifies the presented token and gathers what the operation needs; at once where nothing has to be looked up. */
export function createContext(
  parts: ContextParts,
  facts: RequestFacts,
): GraphQLContext | Promise<GraphQLContext> {
  const { deps, policyOf, nodeId } = parts;
  const { requestId, origin, cookies, ahead, unasked } = facts;
  const bearer = readBearer(facts.authorization);
  const contextOf = (found: Authentication): GraphQLContext => ({
    requestId,
    origin,
    deps,
    policyOf,
    nodeId,
    bearer,
    token: found.kind === 'known' ? found.token : undefined,
    checked: found.kind === 'known' && found.checked,
    ahead,
    refusal: found.kind === 'refused' ? found.error : undefined,
    unavailable: found.kind === 'unavailable' ? found.error : undefined,
    cookies,
    extras: {},
    users: new Accounts(deps),
  });
  const found =
    ahead?.found ?? authenticateRequest(deps, { bearer, cookies, isUse: unasked !== true });
  return isPromise(found) ? found.then(contextOf) : contextOf(found);
}

/** The signed-in caller; the policy lets nobody else reach a resolver that asks for it. */
export function callerOf(context: GraphQLContext): Caller {
  if (context.unavailable) throw context.unavailable;
  if (!context.token) throw new PortcullisError('UNAUTHENTICATED', 'NO_TOKEN');
  return { token: context.token, origin: context.origin };
}
