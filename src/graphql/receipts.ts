import type { GraphQLResolveInfo } from 'graphql';
import type { Revoked } from '../services/index.js';
import type { GraphQLContext } from './context.js';

/** Answers what a revocation answers, and leaves its receipts beside the data. */
export async function withReceipts<T>(
  work: Promise<Revoked<T>>,
  { extras }: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<T> {
  const { result, receipts } = await work;
  if (receipts) {
    const nodes = receipts.map(({ nodeId, name, appliedAfter }) => ({
      id: nodeId,
      name,
      appliedAfterMs: appliedAfter === null ? null : Math.round(appliedAfter),
    }));
    (extras.receipts ??= []).push({ path: String(info.path.key), nodes });
  }
  return result;
}
