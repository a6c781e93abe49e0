import { auditEvents, listAuditEvents } from '../../services/index.js';
import type { AuditRecord } from '../../stores/index.js';
import { callerOf } from '../context.js';
import type { GraphQLContext } from '../context.js';
import type {
  AuditEventResolvers,
  QueryResolvers,
  SubscriptionResolvers,
} from '../generated/resolvers.js';
import { userModel } from '../models.js';
import { withOurId } from '../our-id.js';

export const auditQueries: QueryResolvers = {
  auditLog: (_, args, { deps }) =>
    listAuditEvents(deps, { ...args, filter: withOurId(deps, args.filter) }),
};

export const auditSubscriptions: SubscriptionResolvers = {
  auditEvents: {
    subscribe: (_, args, context) =>
      auditEvents(context.deps, callerOf(context), {
        ...args,
        filter: withOurId(context.deps, args.filter),
      }),
    resolve: (event: AuditRecord) => event,
  },
};

/** The log outlives the accounts that it speaks of. */
async function accountOf(id: string | null, { users }: GraphQLContext) {
  const user = id === null ? undefined : await users.load(id);
  return user ? userModel(user) : null;
}

export const AuditEvent: AuditEventResolvers = {
  actor: ({ actorId }, _args, context) => accountOf(actorId, context),
  user: ({ userId }, _args, context) => accountOf(userId, context),
};
