/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Asking {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams;
  /** Bytes that the answer may have. */
  readonly limit: number;
  /** Milliseconds until it begins. */
  readonly timeout: number;
  /** Milliseconds from then on until it ends. Default: as many again. */
  readonly bodyTimeout?: number;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** Asks over HTTP, bounded in time and size. @throws Error that tells nothing of what was sent */
export type Ask = (url: string, asking: Asking) => Promise<Answer>;

export function createAsk(fetching: typeof fetch = fetch): Ask {
  return async (url, { limit, timeout, bodyTimeout = timeout, signal, ...request }) => {
    const stop = new AbortController();
    const giveUp = () => stop.abort();
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted === true) giveUp();
    let timer = setTimeout(giveUp, timeout);
    try {
      // Elsewhere nobody has any business with our tokens.
      const init = { ...request, redirect: 'error', signal: stop.signal } as const;
      const { status, headers, body } = await fetching(url, init);
      clearTimeout(timer);
      timer = setTimeout(giveUp, bodyTimeout);
      const stream = body as AsyncIterable<Uint8Array> | null;
      return { status, headers, text: stream ? await read(stream, limit) : '' };
    } catch (error) {
      throw failure(error, stop.signal.aborted);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  };
}

class TooLarge extends Error {}

/** In our words: those of a driver may repeat what was sent. */
function failure(error: unknown, isLate: boolean): Error {
  if (error instanceof TooLarge) return error;
  return new Error(isLate ? 'the server does not answer in time' : 'the server does not answer');
}

async function read(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > limit) throw new TooLarge('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws Error when the text is no JSON of this shape. */
export function parseAs<T>(schema: { parse(value: unknown): T }, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Error('the server answers something else');
  }
}
