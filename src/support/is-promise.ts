/** Whether a value has to be waited for. */
export function isPromise<V>(value: V | PromiseLike<V>): value is Promise<V> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
