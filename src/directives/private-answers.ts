import type { GraphQLResolveInfo } from 'graphql';

/** What Apollo Server puts into `info` for those who give hints to caches. */
interface CacheControlled {
  readonly cacheControl?: {
    readonly cacheHint?: { restrict?(hint: { scope: 'PRIVATE' }): void };
  };
}

/** Says that an answer holds what only its caller may see. */
export type KeepPrivate = (context: unknown, info: GraphQLResolveInfo) => void;

/**
 * What one caller may see is nothing for a cache that answers others.
 * @param onGuarded told of the context of every operation that asks for something guarded
 */
export function createKeepPrivate(onGuarded?: (context: unknown) => void): KeepPrivate {
  return (context, info) => {
    (info as CacheControlled).cacheControl?.cacheHint?.restrict?.({ scope: 'PRIVATE' });
    onGuarded?.(context);
  };
}
