import { Farewell } from '../../directives/index.js';
import { sessionEnded } from '../../services/index.js';
import type { SessionEnd } from '../../services/index.js';
import { callerOf } from '../context.js';
import type { SubscriptionResolvers } from '../generated/resolvers.js';

export const sessionEndedSubscriptions: SubscriptionResolvers = {
  sessionEnded: {
    subscribe: (_, _args, context) =>
      sessionEnded(context.deps, callerOf(context), (end) => new Farewell(end)),
    resolve: (end: SessionEnd) => end,
  },
};
