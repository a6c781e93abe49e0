import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { createProtection } from '../../../src/adapters/index.js';
import type { Protection } from '../../../src/adapters/index.js';
import { PortcullisError } from '../../../src/errors/index.js';
import { guard } from './caller.js';

const TYPE_DEFS = `
  type Query {
    open: String @public
    secret: String @auth
    forAdmins: String @auth(scopes: [["admin"]])
    fails: String @auth
  }
  type Mutation {
    free: String @public
    first: String @auth
    forAdmins: String @auth(scopes: [["admin"]])
    now: String @critical
    endSession: String @auth
  }
  type Subscription {
    ticks(from: Int!): Int @auth
    openTicks(from: Int!): Int @public
  }`;

export interface Shop {
  /** As it was before it was protected. */
  readonly bare: GraphQLSchema;
  readonly schema: GraphQLSchema;
  readonly protection: Protection;
  /** Every resolver that ran, and every source of a subscription that was made. */
  readonly ran: string[];
}

/** A schema of everyday fields, over a store in which a session can end. */
export function createShop(): Shop {
  const ran: string[] = [];
  const ended = new Set<string>();
  const protection = createProtection({
    guard: {
      ...guard,
      check: async ({ sessionId }) => {
        if (ended.has(sessionId)) throw new PortcullisError('UNAUTHENTICATED', 'SESSION_REVOKED');
        return true;
      },
    },
  });
  const run = (name: string) => () => {
    ran.push(name);
    return name;
  };
  const ticks = (name: string) => ({
    async *subscribe(_: unknown, { from }: { from: number }) {
      ran.push(name);
      yield { [name]: from };
    },
  });
  const bare = makeExecutableSchema({
    typeDefs: [protection.typeDefs, TYPE_DEFS],
    resolvers: {
      Query: {
        open: run('open'),
        secret: run('secret'),
        forAdmins: run('forAdmins'),
        fails: () => {
          throw new Error('the database of the shop is down');
        },
      },
      Mutation: {
        free: run('free'),
        first: run('first'),
        forAdmins: run('forAdmins'),
        now: run('now'),
        endSession: () => {
          ran.push('endSession');
          ended.add('user');
          return 'endSession';
        },
      },
      Subscription: { ticks: ticks('ticks'), openTicks: ticks('openTicks') },
    },
  });
  return { bare, schema: protection.protect(bare), protection, ran };
}
