import { WaitingRoom } from '../../../src/server/oauth/waiting-room.js';
import { startTestServer } from '../../support/server.js';
import type { TestServer, TestServerOptions } from '../../support/server.js';

export const SERVICE_TOKEN = 'a service token, that is: 48 bytes'.replaceAll(/[ ,]/g, '-');
export const PASSWORD = 'a password of some length';

/** A server that other services may ask. */
export function startAskable(options: TestServerOptions = {}): Promise<TestServer> {
  const env = { PORTCULLIS_SERVICE_TOKENS: `${'x'.repeat(32)},${SERVICE_TOKEN}`, ...options.env };
  return startTestServer({ ...options, env });
}

export const bearer = (token = SERVICE_TOKEN) => ({ authorization: `Bearer ${token}` });

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly tag: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test knows what it asked for
  readonly body: any;
}

export async function told(response: Response): Promise<Told> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    tag: response.headers.get('etag') ?? '',
    body: text === '' ? '' : JSON.parse(text),
  };
}

export interface Look {
  /** What is known already. */
  readonly known?: readonly string[];
  /** Seconds. */
  readonly wait?: number | string;
  readonly headers?: Record<string, string>;
}

export async function look(
  url: string,
  { known = [], wait = 0, headers }: Look = {},
): Promise<Told> {
  const tags = known.length === 0 ? {} : { 'if-none-match': known.join(', ') };
  return told(
    await fetch(`${url}/revocations?wait=${wait}`, {
      headers: { ...bearer(), ...tags, ...headers },
    }),
  );
}

/** A look that is held: settles once the server holds it. */
export async function heldLook(server: TestServer, tag: string, seconds = 30) {
  const { wait } = WaitingRoom.prototype;
  const entered = new Promise<WaitingRoom>((resolve) => {
    jest.spyOn(WaitingRoom.prototype, 'wait').mockImplementationOnce(function (
      this: WaitingRoom,
      ...args
    ) {
      const waiting = wait.apply(this, args);
      resolve(this);
      return waiting;
    });
  });
  const leave = new AbortController();
  const answered = fetch(`${server.url}/revocations?wait=${seconds}`, {
    headers: { ...bearer(), 'if-none-match': tag },
    signal: leave.signal,
  }).then(told);
  answered.catch(() => undefined);
  return { room: await entered, answered, leave: () => leave.abort() };
}
