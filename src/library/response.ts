import { withCookie } from '../server/cookies/index.js';
import type { PutCookie } from '../server/cookies/index.js';

/** Where cookies are written: an answer of Node, Express or Koa, or a reply of Fastify. */
export type ResponseLike =
  | { setHeader(name: string, value: string[]): unknown; getHeader(name: string): unknown }
  | {
      header(name: string, value: string[]): unknown;
      getHeader(name: string): unknown;
      removeHeader(name: string): unknown;
    };

export function onResponse(response: ResponseLike): PutCookie {
  return (name, line) => {
    const all = withCookie(response.getHeader('set-cookie'), name, line);
    if ('setHeader' in response) {
      response.setHeader('set-cookie', all);
      return;
    }
    // Fastify adds to what is there.
    response.removeHeader('set-cookie');
    response.header('set-cookie', all);
  };
}
