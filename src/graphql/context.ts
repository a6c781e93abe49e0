import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import type { Standing } from '../directives/index.js';
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
  /** What its query was let pass by. */
  standing?: Standing | undefined;
  /** Names a trusted document where no HTTP request does. */
  readonly documentId: unknown;
  /** Takes over a subscription that may begin. Undefined where nothing can be streamed. */
  readonly stream: ((document: DocumentNode) => void) | undefined;
}

/** What was found out of a request before its document was read. */
export interface Ahead {
  /** What its bearer token turned out to be. Undefined where that takes more than the token itself. */
  readonly found: Authentication | undefined;
  /** What the store said of the session, or why it cannot tell; nothing is judged by it yet. */
  readonly asked: Asked | PortcullisError | undefined;
  /** Told that a field of a query's root has asked the store. */
  onAsk(): void;
  /** Told of an operation whose errors nobody else is told of. */
  onUnheard(operation: Unheard): void;
}

/** Errors are there once it was answered. */
export interface Unheard {
  readonly errors?: readonly GraphQLError[] | undefined;
}

export interface RequestFacts {
  readonly requestId: string;
  readonly origin: Origin;
  readonly authorization: string | undefined;
  readonly cookies?: Cookies;
  readonly ahead?: Ahead | undefined;
  /** The server speaks of its own accord, as by an event: that is no use of the session. */
  readonly unasked?: boolean;
  /** Why nothing that the request presents may be believed. */
  readonly problem?: PortcullisError | undefined;
  readonly documentId?: unknown;
  readonly stream?: GraphQLContext['stream'];
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
  const found = authenticationOf(parts.deps, facts);
  const contextOf = (known: Authentication) => new OperationContext(parts, facts, known);
  return isPromise(found) ? found.then(contextOf) : contextOf(found);
}

function authenticationOf(
  deps: Deps,
  { authorization, cookies, ahead, unasked, problem }: RequestFacts,
): Authentication | Promise<Authentication> {
  if (problem) return { kind: 'refused', error: problem };
  if (ahead?.found) return ahead.found;
  const bearer = readBearer(authorization);
  return authenticateRequest(deps, { bearer, cookies, isUse: unasked !== true });
}

/** Apollo Server copies what a context itself has, for every operation: that is as little as can be. */
class OperationContext implements GraphQLContext {
  readonly extras: AnswerExtras = {};
  standing: Standing | undefined = undefined;
  private accounts: Accounts | undefined = undefined;

  constructor(
    private readonly parts: ContextParts,
    private readonly facts: RequestFacts,
    private readonly found: Authentication,
  ) {}

  get requestId() {
    return this.facts.requestId;
  }

  get origin() {
    return this.facts.origin;
  }

  get deps() {
    return this.parts.deps;
  }

  get policyOf() {
    return this.parts.policyOf;
  }

  get nodeId() {
    return this.parts.nodeId;
  }

  get bearer() {
    return readBearer(this.facts.authorization);
  }

  get token() {
    return this.found.kind === 'known' ? this.found.token : undefined;
  }

  get checked() {
    return this.found.kind === 'known' && this.found.checked;
  }

  get ahead() {
    return this.facts.ahead;
  }

  get refusal() {
    return this.found.kind === 'refused' ? this.found.error : undefined;
  }

  get unavailable() {
    return this.found.kind === 'unavailable' ? this.found.error : undefined;
  }

  get cookies() {
    return this.facts.cookies;
  }

  get documentId() {
    return this.facts.documentId;
  }

  get stream() {
    return this.facts.stream;
  }

  get users() {
    this.accounts ??= new Accounts(this.deps);
    return this.accounts;
  }
}

/** The signed-in caller; the policy lets nobody else reach a resolver that asks for it. */
export function callerOf(context: GraphQLContext): Caller {
  if (context.unavailable) throw context.unavailable;
  if (!context.token) throw new PortcullisError('UNAUTHENTICATED', 'NO_TOKEN');
  return { token: context.token, origin: context.origin };
}
