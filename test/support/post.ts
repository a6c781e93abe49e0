import { request } from 'node:http';
import type { Answer } from './client.js';

/** Posts a body as it stands, with headers that may repeat; for what `fetch` would not send. */
export function post(
  url: string,
  body: string,
  headers: readonly [string, string][] = [],
): Promise<Answer & { text: string }> {
  return new Promise((answered, failed) => {
    const given = [['content-type', 'application/json'], ...headers].flat();
    const outgoing = request(
      `${url}/graphql`,
      { method: 'POST', headers: ['host', new URL(url).host, 'connection', 'close', ...given] },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => {
          const answer = JSON.parse(text) as Omit<Answer, 'status' | 'headers'>;
          const answerHeaders = new Headers(incoming.headers as Record<string, string>);
          const status = incoming.statusCode ?? 0;
          answered({ ...answer, status, headers: answerHeaders, text });
        });
      },
    );
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}
