import type { GraphQLResolveInfo } from 'graphql';

/** What Apollo Server puts into `info` for those who give hints to caches. */
interface CacheControlled {
  readonly cacheControl?: {
    readonly cacheHint?: { restrict?(hint: { scope: 'PRIVATE' }): void };
  };
}

/** What one caller may see is nothing for a cache that answers others. */
export function keepPrivate(info: GraphQLResolveInfo): void {
  (info as CacheControlled).cacheControl?.cacheHint?.restrict?.({ scope: 'PRIVATE' });
}
