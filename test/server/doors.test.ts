import { exchange } from '../support/exchange.js';
import { send } from '../support/post.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { NODE_ENV: 'production' } });
});
afterAll(() => server.stop());

const host = () => new URL(server.url).host;

/** The start of every answer to these bytes, and the reason of the last one. */
async function told(text: string) {
  const received = await exchange(server.url, text.replaceAll('HOST', host()));
  const statuses = [...received.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code]) => Number(code));
  return [statuses, /"reason":"([^"]+)"/.exec(received)?.[1]];
}

const ask = (rest: string) => `${rest}\nHost: HOST\nConnection: close\n\n`;
const QUERY = '?query=%7B__typename%7D';

describe('a method', () => {
  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'])(
    'that is not served is refused with those that are: %s',
    async (method) => {
      const answer = await send(server.url, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
      expect(answer.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', reason: 'method' });
      const elsewhere = await send(server.url, { method, path: '/healthz?x=1' });
      expect([elsewhere.status, elsewhere.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      expect((await send(server.url, { method, path: '/nothing' })).status).toBe(404);
    },
  );

  it('that is not served is told so by the whole URL too, and with a slash at its end', async () => {
    for (const url of ['http://HOST/graphql/', 'http://HOST/graphql?x', '/graphql/']) {
      expect(await told(ask(`DELETE ${url} HTTP/1.1`))).toEqual([[405], 'method']);
    }
  });

  it('to reach another host by is refused: this is no proxy', async () => {
    expect(await told('CONNECT example.com:443 HTTP/1.1\nHost: example.com:443\n\n')).toEqual([
      [405],
      'method',
    ]);
  });

  it('that is no method is refused as JSON', async () => {
    expect(await told(ask('NOTHING /graphql HTTP/1.1'))).toEqual([[400], 'request']);
  });

  it('is never echoed: TRACE brings no header back', async () => {
    const text = 'TRACE /graphql HTTP/1.1\nAuthorization: Bearer canary';
    expect(await exchange(server.url, ask(text).replace('HOST', host()))).not.toContain('canary');
  });
});

describe('a path', () => {
  it.each([
    `//graphql${QUERY}`,
    `/graphql//${QUERY}`,
    `/./graphql${QUERY}`,
    `/graphql/../graphql${QUERY}`,
    `/nothing/../graphql${QUERY}`,
    `/graphql/%2e%2e/graphql${QUERY}`,
    `/graphql%2f${QUERY}`,
    `/%2fgraphql${QUERY}`,
    `/graphql%00${QUERY}`,
    `/graphql;x=1${QUERY}`,
    `/GraphQL${QUERY}`,
    '/..%2f..%2fetc%2fpasswd',
    '/../../etc/passwd',
    '/.git/config',
    '/.env',
    '/metrics',
    '*',
    '/*!',
    '/a*b*',
    '/:(',
    '/:x([)',
    '/graphql:x(^a*$)',
  ])('that is not one of ours is nothing: %s', async (path) => {
    expect(await told(ask(`GET ${path} HTTP/1.1\nApollo-Require-Preflight: 1`))).toEqual([
      [404],
      'url',
    ]);
  });

  it('that is no URL is refused, without a word of what was in it', async () => {
    const path = '/%zz?token=canary';
    const text = await exchange(server.url, ask(`GET ${path} HTTP/1.1`).replace('HOST', host()));
    expect(text).toContain('"reason":"url"');
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).not.toMatch(/canary|FST_/);
  });
});

describe('a host', () => {
  const get = (start: string, ...lines: string[]) =>
    `${[start, 'Apollo-Require-Preflight: 1', 'Connection: close', ...lines].join('\n')}\n\n`;

  it('that comes twice is refused, whether the two agree or not', async () => {
    for (const path of [`/graphql${QUERY}`, '/healthz']) {
      for (const other of ['HOST', 'evil.example.com']) {
        const request = get(`GET ${path} HTTP/1.1`, 'Host: HOST', `Host: ${other}`);
        expect(await told(request)).toEqual([[400], 'host']);
      }
    }
  });

  it('that is not the one of the URL is refused', async () => {
    const evil = `http://evil.example.com/graphql${QUERY}`;
    expect(await told(get(`GET ${evil} HTTP/1.1`, 'Host: HOST'))).toEqual([[400], 'host']);
    const own = `http://HOST/graphql${QUERY}`;
    expect(await told(get(`GET ${own} HTTP/1.1`, 'Host: HOST'))).toEqual([[200], undefined]);
  });

  it('that is missing is refused, except by HTTP of before it was', async () => {
    expect((await told(get('GET /healthz HTTP/1.1')))[0]).toEqual([400]);
    expect((await told(get('GET /healthz HTTP/1.0')))[0]).toEqual([200]);
    expect(await told(get(`GET /graphql${QUERY} HTTP/1.0`))).toEqual([[400], 'host']);
  });
});

describe('a request of two lengths is refused, and what hides behind it is not read', () => {
  const BODY = '{"query":"{ __typename }"}';
  const hidden = 'GET /healthz HTTP/1.1\nHost: HOST\n\n';
  const smuggle = (...headers: string[]) =>
    `POST /graphql HTTP/1.1\nHost: HOST\nContent-Type: application/json\n${headers.join('\n')}\n\n`;

  it.each([
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\n\n'],
    ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\n\n'],
    ['two lengths', [`Content-Length: ${BODY.length}`, 'Content-Length: 0'], BODY],
    ['lengths in a list', [`Content-Length: ${BODY.length}, 0`], BODY],
    ['a length with a sign', [`Content-Length: +${BODY.length}`], BODY],
    ['a length in hexadecimal', ['Content-Length: 0x1a'], BODY],
    ['an encoding that is none', ['Transfer-Encoding: xchunked'], '0\n\n'],
    ['an encoding after chunks', ['Transfer-Encoding: chunked, identity'], '0\n\n'],
    ['two encodings', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], '0\n\n'],
    ['a space before the colon', ['Transfer-Encoding : chunked'], '0\n\n'],
    ['a folded line', ['X: a', ' Transfer-Encoding: chunked'], '0\n\n'],
    ['a control character', ['X: a\u0000b', `Content-Length: ${BODY.length}`], BODY],
  ])('%s', async (_what, headers, body) => {
    expect(await told(`${smuggle(...headers)}${body}${hidden}`)).toEqual([[400], 'request']);
  });

  it('and so is a head that is too large', async () => {
    const large = `X: ${'x'.repeat(20_000)}`;
    expect(await told(ask(`GET /healthz HTTP/1.1\n${large}`))).toEqual([[431], 'headers']);
  });
});
