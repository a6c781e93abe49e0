/**
 * Makes a refusal a promise that rejects. graphql-js forgets the promises of earlier items when one of a
 * list of non-null items throws at once: should one of those reject too, nobody listens, and that ends the
 * process of whoever serves the query.
 */
export function refuseLater<T>(work: () => Promise<T> | undefined): Promise<T> | undefined {
  try {
    return work();
  } catch (error) {
    const why = error instanceof Error ? error : new Error('refused', { cause: error });
    return Promise.reject(why);
  }
}
