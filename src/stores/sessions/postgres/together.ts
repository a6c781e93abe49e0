import DataLoader from 'dataloader';

/** More would make a statement that others wait behind. */
const MOST = 500;
/** Two, so that one which hangs keeps nobody else waiting. */
const UNDER_WAY = 2;

/**
 * Does for all who ask at the same time, by one statement, what each would do by one of its own: it is
 * planned, sent and committed once. Who asks while such statements are under way goes into the next, so
 * that there are the more in it the busier the database is. Nothing is remembered between two.
 * @param work answers in the order of what was asked, which may repeat; some answers may take longer
 */
export function together<K, V>(
  work: (asked: readonly K[]) => Promise<readonly (V | Promise<V>)[]>,
): (asked: K) => Promise<V> {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  const next = () => {
    const dispatch = waiting.shift();
    if (dispatch) dispatch();
    else underWay -= 1;
  };
  const loader = new DataLoader<K, V | Promise<V>>((asked) => work(asked).finally(next), {
    cache: false,
    maxBatchSize: MOST,
    batchScheduleFn: (dispatch) => {
      if (underWay === UNDER_WAY) {
        waiting.push(dispatch);
        return;
      }
      underWay += 1;
      setImmediate(dispatch);
    },
  });
  return async (asked) => loader.load(asked);
}
