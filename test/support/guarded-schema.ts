import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import type { ExecutionResult } from 'graphql';
import { graphql } from 'graphql';
import { Database } from '../../src/database/index.js';
import { enforcePolicy } from '../../src/directives/index.js';
import { createGuard } from '../../src/graphql/index.js';
import type { GuardParts } from '../../src/graphql/guard.js';
import { compilePolicy, directiveTypeDefs } from '../../src/policy/index.js';
import { Checker, Denylist } from '../../src/revocation/index.js';
import { PostgresSessionStore } from '../../src/stores/index.js';
import { systemClock } from '../../src/support/clock.js';
import type { AccessToken } from '../../src/tokens/index.js';

export interface GuardedSchema {
  /** Every call of a resolver that counts itself. */
  readonly runs: string[];
  readonly database: Database;
  ask(query: string, token?: AccessToken): Promise<ExecutionResult>;
  close(): Promise<void>;
}

const TYPE_DEFS = `
  type Query { a: Node @critical  b: Node @critical  c: Node @critical  plain: String @auth  bounded: String @critical(maxStale: 5)  open: String @public }
  type Mutation { first: String @critical  second: String @critical }
  type Node { id: ID  child: Node @critical  secret: String @critical }`;

/**
 * Somebody else's schema under our guard, with the real checker on a database of one's own: what its
 * fields cost is the guard's cost alone.
 * @param markAge of a node that follows the feed; default: none does
 * @param of a node whose knowledge it shares; default: it has its own
 */
export function guardedSchema(
  databaseUrl: string,
  markAge: () => number | undefined = () => undefined,
  of?: Pick<GuardParts, 'checker' | 'denylist'>,
): GuardedSchema {
  const runs: string[] = [];
  const database = new Database(databaseUrl);
  const run =
    <T>(name: string, answer: T) =>
    () => {
      runs.push(name);
      return answer;
    };
  const resolvers: IResolvers = {
    Query: {
      a: run('a', { id: 'a' }),
      b: run('b', { id: 'b' }),
      c: run('c', { id: 'c' }),
      plain: run('plain', 'plain'),
      bounded: run('bounded', 'bounded'),
      open: run('open', 'open'),
    },
    Mutation: { first: run('first', 'first'), second: run('second', 'second') },
    Node: { child: run('child', { id: 'child' }), secret: run('secret', 'secret') },
  };
  const bare = makeExecutableSchema({ typeDefs: [directiveTypeDefs(), TYPE_DEFS], resolvers });
  const denylist = of?.denylist ?? new Denylist(systemClock, 600_000);
  const sessions = new PostgresSessionStore(database, systemClock, { retention: 0 });
  const checker =
    of?.checker ?? new Checker((asked) => sessions.readStates(asked), denylist, systemClock);
  const guard = createGuard({ clock: systemClock, denylist, checker }, { markAge });
  const schema = enforcePolicy(bare, compilePolicy(bare), guard);
  return {
    runs,
    database,
    ask: (source, token) => graphql({ schema, source, contextValue: { token } }),
    close: () => database.close(),
  };
}
