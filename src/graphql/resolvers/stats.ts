import { readStats } from '../../services/index.js';
import type { QueryResolvers } from '../generated/resolvers.js';

export const statsQueries: QueryResolvers = {
  stats: (_, args, { deps }) => readStats(deps, args),
};
