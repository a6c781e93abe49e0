import {
  disableUser,
  disableUsers,
  enableUser,
  listUsers,
  ourIdOf,
  sessionsOfUser,
  setUserScopes,
  theirIdOf,
} from '../../services/index.js';
import { callerOf } from '../context.js';
import { clearIfEnded } from '../cookie-trade.js';
import type { MutationResolvers, QueryResolvers, UserResolvers } from '../generated/resolvers.js';
import { userModel } from '../models.js';
import { withReceipts } from '../receipts.js';

export const userQueries: QueryResolvers = {
  me: (_, _args, context) => {
    const { userId } = callerOf(context).token;
    return { id: userId, load: () => context.deps.profiles.get(userId) };
  },
  user: async (_, { id }, { deps }) => {
    const user = await deps.database.read((db) => deps.users.find(db, ourIdOf(deps, id)));
    return user ? userModel(user) : null;
  },
  users: async (_, args, { deps }) => {
    const { edges, ...rest } = await listUsers(deps, args);
    return { ...rest, edges: edges.map(({ node, cursor }) => ({ node: userModel(node), cursor })) };
  },
};

export const userMutations: MutationResolvers = {
  disableUser: async (_, args, context, info) => {
    const id = ourIdOf(context.deps, args.id);
    const work = disableUser(context.deps, callerOf(context), { ...args, id });
    return userModel(await withReceipts(clearIfEnded(context, work), context, info));
  },
  disableUsers: (_, args, context, info) => {
    const ids = args.ids.map((id) => ourIdOf(context.deps, id));
    const work = disableUsers(context.deps, callerOf(context), { ...args, ids });
    return withReceipts(clearIfEnded(context, work), context, info);
  },
  enableUser: async (_, args, context) => {
    const id = ourIdOf(context.deps, args.id);
    return userModel(await enableUser(context.deps, callerOf(context), { id }));
  },
  setUserScopes: async (_, args, context) => {
    const id = ourIdOf(context.deps, args.id);
    return userModel(await setUserScopes(context.deps, callerOf(context), { ...args, id }));
  },
};

export const User: UserResolvers = {
  id: async (user, _args, { deps }) =>
    deps.identity.directory ? theirIdOf(await user.load()) : user.id,
  email: async (user) => (await user.load()).email,
  name: async (user) => (await user.load()).name,
  scopes: async (user) => (await user.load()).scopes,
  status: async (user) => ((await user.load()).disabled ? 'DISABLED' : 'ACTIVE'),
  disabledUntil: async (user) => (await user.load()).disabledUntil,
  createdAt: async (user) => (await user.load()).createdAt,
  sessions: (user, _args, { deps }) => sessionsOfUser(deps, user.id, true),
};
