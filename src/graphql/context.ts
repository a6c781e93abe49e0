import DataLoader from 'dataloader';
import { PortcullisError } from '../errors/index.js';
import type { Policy } from '../policy/index.js';
import type { Caller, Deps, Origin } from '../services/index.js';
import type { UserRecord } from '../stores/index.js';
import type { AccessToken } from '../tokens/index.js';
import { readBearer } from './bearer.js';

/** What resolvers work with, made anew for every operation. */
export interface GraphQLContext {
  readonly requestId: string;
  readonly origin: Origin;
  readonly deps: Deps;
  readonly policy: Policy;
  /** The token as it was presented, good or bad. */
  readonly bearer: string | undefined;
  /** The verified token; revocation is another question. */
  readonly token: AccessToken | undefined;
  /** Why a presented token was refused. */
  readonly refusal: PortcullisError | undefined;
  /** One read for all accounts that a level of the answer mentions. */
  readonly users: DataLoader<string, UserRecord>;
}

export interface RequestFacts {
  readonly requestId: string;
  readonly origin: Origin;
  readonly authorization: string | undefined;
}

/** Verifies the presented token, without I/O, and gathers what the operation needs. */
export function createContext(deps: Deps, policy: Policy, facts: RequestFacts): GraphQLContext {
  const { requestId, origin } = facts;
  return {
    requestId,
    origin,
    deps,
    policy,
    ...authenticate(deps, facts.authorization),
    users: new DataLoader(async (ids) => {
      const found = await deps.database.read((db) => deps.users.findMany(db, ids));
      const byId = new Map(found.map((user) => [user.id, user]));
      return ids.map((id) => byId.get(id) ?? new Error('a session without its user'));
    }),
  };
}

type Authentication = Pick<GraphQLContext, 'bearer' | 'token' | 'refusal'>;

function authenticate(deps: Deps, authorization: string | undefined): Authentication {
  const bearer = readBearer(authorization);
  if (bearer === undefined) return { bearer, token: undefined, refusal: undefined };
  try {
    return { bearer, token: deps.accessTokens.verify(bearer), refusal: undefined };
  } catch (error) {
    if (!(error instanceof PortcullisError)) throw error;
    return { bearer, token: undefined, refusal: error };
  }
}

/** The signed-in caller; the policy lets nobody else reach a resolver that asks for it. */
export function callerOf(context: GraphQLContext): Caller {
  if (!context.token) throw new PortcullisError('UNAUTHENTICATED', 'NO_TOKEN');
  return { token: context.token, origin: context.origin };
}
