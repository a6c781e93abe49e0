import { listSigningKeys, rotateSigningKey } from '../../services/index.js';
import { callerOf } from '../context.js';
import type {
  MutationResolvers,
  QueryResolvers,
  SigningKeyResolvers,
} from '../generated/resolvers.js';

export const signingKeyQueries: QueryResolvers = {
  signingKeys: (_, _args, { deps }) => listSigningKeys(deps),
};

export const signingKeyMutations: MutationResolvers = {
  rotateSigningKey: (_, { revokeIssued }, context) =>
    rotateSigningKey(context.deps, callerOf(context), revokeIssued),
};

const STATUS = { published: 'PUBLISHED', signs: 'SIGNS', retired: 'RETIRED' } as const;

export const SigningKey: SigningKeyResolvers = { status: ({ state }) => STATUS[state] };
