import type { QueryResolvers, ServerNodeResolvers } from '../generated/resolvers.js';

export const serverNodeQueries: QueryResolvers = {
  nodes: (_, _args, { deps }) => deps.database.read((db) => deps.nodes.list(db)),
};

export const ServerNode: ServerNodeResolvers = {
  lagMs: ({ seenAt, mark }) => mark && Math.max(0, seenAt.getTime() - mark.getTime()),
  current: ({ id }, _args, { nodeId }) => id === nodeId,
};
