import type { YogaPlugin } from '../adapters/index.js';
import { withCookie } from '../server/cookies/index.js';
import type { PutCookie } from '../server/cookies/index.js';

/** Cookies for the answers to web standard requests, which are only made once the operation is over. */
export class FetchCookies {
  readonly #lines = new WeakMap<object, string[]>();

  /** @returns undefined for what is no web standard request: nobody would write them. */
  of(request: object): PutCookie | undefined {
    if (!(request instanceof Request) && !('json' in request)) return undefined;
    return (name, line) => {
      this.#lines.set(request, withCookie(this.#lines.get(request), name, line));
    };
  }

  writtenBy(plugin: YogaPlugin): YogaPlugin {
    return {
      ...plugin,
      onResponse: (payload) => {
        plugin.onResponse(payload);
        const { request, response } = payload;
        for (const line of this.#lines.get(request) ?? []) {
          response.headers.append('set-cookie', line);
        }
      },
    };
  }
}
