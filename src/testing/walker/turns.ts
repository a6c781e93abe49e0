/** Takes from each in turn, so that what is cut off at the end is cut off evenly. */
export function* inTurn<T>(sources: Iterable<Iterable<T>>): Generator<T> {
  let waiting = [...sources].map((source) => source[Symbol.iterator]());
  while (waiting.length > 0) {
    const left: Iterator<T>[] = [];
    for (const source of waiting) {
      const next = source.next();
      if (next.done === true) continue;
      left.push(source);
      yield next.value;
    }
    waiting = left;
  }
}
