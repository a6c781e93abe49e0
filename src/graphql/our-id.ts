import { ourIdOf } from '../services/index.js';
import type { Deps } from '../services/index.js';

type MayName = { readonly userId?: string | null | undefined } | null | undefined;

/** A filter that speaks of the user as we do. */
export function withOurId<F extends MayName>(deps: Deps, filter: F): F {
  return filter?.userId == null ? filter : { ...filter, userId: ourIdOf(deps, filter.userId) };
}
