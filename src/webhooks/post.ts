import { VERSION } from '../config/index.js';

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Bytes of an answer that are read, for the connection to be used again; what is in them does not matter. */
const READ_AT_MOST = 4_096;

/**
 * Sends a message. Undefined when it has arrived; else why not, in words without anything that the
 * receiver or the URL says. A redirect is not followed: where to send was the operator's to say.
 */
export async function post(url: string, options: PostOptions): Promise<string | undefined> {
  const { headers, body, timeout, signal } = options;
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': `portcullis/${VERSION}`,
        ...headers,
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
    });
    await drain(response).catch(() => undefined);
    return response.ok ? undefined : `answered ${response.status}`;
  } catch (error) {
    const { name, cause } = error as Error;
    if (name === 'TimeoutError') return `did not answer within ${timeout} ms`;
    const code = (cause as { code?: unknown } | undefined)?.code;
    return typeof code === 'string' ? code : 'could not be asked';
  }
}

async function drain({ body }: Response): Promise<void> {
  const reader = body?.getReader();
  if (!reader) return;
  for (let read = 0; read < READ_AT_MOST;) {
    const { done, value } = await reader.read();
    if (done) return;
    read += value.byteLength;
  }
  await reader.cancel();
}
