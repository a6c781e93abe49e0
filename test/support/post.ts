import { request } from 'node:http';
import type { Answer } from './client.js';

export interface RawAnswer extends Answer {
  readonly text: string;
  /** Whole, as they were sent. */
  readonly setCookies: readonly string[];
}

export interface RawRequest {
  readonly method: string;
  /** Default: `/graphql`. */
  readonly path?: string;
  /** As they stand, and as often as they stand there. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** Sends a request as it stands; for what `fetch` would not send. */
export function send(url: string, options: RawRequest): Promise<RawAnswer> {
  const { method, path = '/graphql', headers = [], body } = options;
  const host = headers.some(([name]) => name.toLowerCase() === 'host')
    ? []
    : ['host', new URL(url).host];
  const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
  return new Promise((answered, failed) => {
    const outgoing = request(
      `${url}${path}`,
      { method, headers: [...host, 'connection', 'close', ...length, ...headers.flat()] },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => {
          const { 'set-cookie': setCookies = [], ...rest } = incoming.headers;
          const isJson = text !== '' && /json/.test(rest['content-type'] ?? '');
          const answer = (isJson ? JSON.parse(text) : {}) as Omit<Answer, 'status' | 'headers'>;
          const answerHeaders = new Headers(rest as Record<string, string>);
          const status = incoming.statusCode ?? 0;
          answered({ ...answer, status, headers: answerHeaders, text, setCookies });
        });
      },
    );
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}

/** Posts a body as it stands, with headers that may repeat. */
export function post(
  url: string,
  body: string,
  headers: readonly (readonly [string, string])[] = [],
): Promise<RawAnswer> {
  const json = ['content-type', 'application/json'] as const;
  return send(url, { method: 'POST', headers: [json, ...headers], body });
}
