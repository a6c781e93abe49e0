import { isScalarType } from 'graphql';
import { findPortcullisError, PortcullisError, storeUnavailable } from '../errors/index.js';
import { resolvers } from '../graphql/index.js';
import type { ContextOf } from '../graphql/index.js';

type Resolve = (source: unknown, args: unknown, context: unknown, info: unknown) => unknown;

export interface ResolversOptions {
  readonly of: ContextOf;
  readonly rename: Readonly<Record<string, string>>;
  /** Told of what the client is told nothing about. */
  readonly report: (error: unknown, requestId: string) => void;
}

/** A map of resolvers, for whatever builds a schema of SDL and such. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every builder has types of its own for it
export type ResolverMap = Readonly<Record<string, any>>;

/** Our resolvers, for schemas whose context keeps ours in one place of its own. */
export function createResolvers({ of, rename, report }: ResolversOptions): ResolverMap {
  /** No server of somebody else's knows what may leave of our errors. */
  const within =
    (resolve: Resolve): Resolve =>
    async (source, args, context, info) => {
      const own = of(context);
      if (!own) throw storeUnavailable(new Error('no context of Portcullis'));
      try {
        return await resolve(source, args, own, info);
      } catch (error) {
        const known = findPortcullisError(error);
        if (known) throw known;
        const { requestId } = own;
        report(error, requestId);
        throw new PortcullisError('INTERNAL_SERVER_ERROR', 'INTERNAL', { requestId });
      }
    };
  const each = (value: unknown): unknown => {
    if (typeof value === 'function') return within(value as Resolve);
    if (typeof value !== 'object' || value === null || isScalarType(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, each(inner)]));
  };
  return Object.fromEntries(
    Object.entries(resolvers).map(([type, fields]) => [rename[type] ?? type, each(fields)]),
  );
}
