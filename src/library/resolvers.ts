import { isScalarType } from 'graphql';
import { findPortcullisError, PortcullisError, storeUnavailable } from '../errors/index.js';
import { resolvers } from '../graphql/index.js';
import type { ContextOf } from '../graphql/index.js';
import { isRoot } from './renames.js';
import type { Renames } from './renames.js';

type Resolve = (source: unknown, args: unknown, context: unknown, info: unknown) => unknown;

export interface ResolversOptions {
  readonly of: ContextOf;
  readonly renames: Renames;
  /** Told of what the client is told nothing about. */
  readonly report: (error: unknown, requestId: string) => void;
}

/** A map of resolvers, for whatever builds a schema of SDL and such. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every builder has types of its own for it
export type ResolverMap = Readonly<Record<string, any>>;

/** Our resolvers, for schemas whose context keeps ours in one place of its own. */
export function createResolvers({ of, renames, report }: ResolversOptions): ResolverMap {
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
  const entries = Object.entries(resolvers).flatMap(([type, fields]): [string, unknown][] => {
    if (!isRoot(type)) return [[renames.type(type), each(fields)]];
    const own = rootFields(type, fields, renames);
    // Builders of schemas refuse resolvers of a type that is not there.
    return Object.keys(own).length === 0 ? [] : [[renames.type(type), each(own)]];
  });
  return Object.fromEntries(entries);
}

function rootFields(type: string, fields: object, renames: Renames): object {
  const called = Object.entries(fields).flatMap(([field, resolver]: [string, unknown]) => {
    const name = renames.field(type, field);
    return name === undefined ? [] : [[name, resolver] as const];
  });
  return Object.fromEntries(called);
}
