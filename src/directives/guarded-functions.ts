/**
 * Which functions ask the guard first, and for what. A schema that is transformed after it was protected
 * carries them on, or has lost them: that is how a lost guard is found out.
 */
const guardedFor = new WeakMap<object, string>();

/** @param where such as `Query.me` */
export function markGuarded<F extends object>(guarded: F, where: string): F {
  guardedFor.set(guarded, where);
  return guarded;
}

export function isGuarded(candidate: unknown, where: string): boolean {
  return typeof candidate === 'function' && guardedFor.get(candidate) === where;
}
