import fc from 'fast-check';

/** What a client may know, and no answer may tell. */
export interface Known {
  readonly access: string;
  readonly refresh: string;
  readonly service: string;
}

/** A request, or what looks like the beginning of one. */
type Header = readonly [name: string, value: string];

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: string;
  readonly framing: Framing;
  /** Whether it is cut somewhere, by how much of it comes. */
  readonly cut: number;
}

type Framing = keyof typeof FRAMINGS;

const chunk = (text: string, size = text.length) => `${size.toString(16)}\r\n${text}\r\n`;

/** How the end of a body is told, truthfully or not. */
const FRAMINGS = {
  length: (body: string) => [`content-length: ${body.length}`, body],
  'no length': (body: string) => ['x: y', body],
  'two lengths': (body: string) => [
    `content-length: ${body.length}\r\ncontent-length: ${body.length + 1}`,
    body,
  ],
  'a length too long': (body: string) => [`content-length: ${body.length + 10}`, body],
  'a length too short': (body: string) => [`content-length: ${Math.max(0, body.length - 5)}`, body],
  'a length that is none': (body: string) => ['content-length: +1e2', body],
  'a huge length': (body: string) => [`content-length: ${'9'.repeat(30)}`, body],
  chunks: (body: string) => ['transfer-encoding: chunked', `${chunk(body)}0\r\n\r\n`],
  'chunks and a length': (body: string) => [
    `transfer-encoding: chunked\r\ncontent-length: ${body.length}`,
    `${chunk(body)}0\r\n\r\n`,
  ],
  'chunks in disguise': (body: string) => ['transfer-encoding: xchunked, chunked', chunk(body)],
  'chunks without end': (body: string) => ['transfer-encoding: chunked', chunk(body)],
  'a chunk of another size': (body: string) => [
    'transfer-encoding: chunked',
    chunk(body, body.length + 7),
  ],
  'a request within': (body: string) => [
    `content-length: ${body.length}`,
    `${body}GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n`,
  ],
} satisfies Record<string, (body: string) => string[]>;

const PATHS = [
  ...['/graphql', '/graphql', '/graphql', '/graphql/', '/introspect', '/revoke', '/revocations'],
  ...['/.well-known/jwks.json', '/.well-known/oauth-authorization-server', '/readyz', '/healthz'],
  ...['/', '/graphql/..', '//graphql', '/%', '/%00', '/graphql%zz', '/__proto__', '*', 'graphql'],
  ...['http://other/graphql', '/graphql?query=%7Bme%7Bid%7D%7D', '/graphql?query={&variables=[1'],
  ...[
    '/graphql?variables={"__proto__":1}&extensions=1',
    '/revocations?wait=-1',
    '/revocations?wait=x',
  ],
  ...[
    '/revocations?wait=0&wait=1',
    `/${'a'.repeat(9_000)}`,
    '/graphql?query=%ff%fe',
    '/constructor',
  ],
];

const OPERATIONS = [
  '{ me { email } }',
  '{ mySessions { id } }',
  '{ __typename }',
  'mutation { logout }',
  'mutation { refresh(refreshToken: "prt_x") { expiresIn } }',
  'mutation ($t: String) { refresh(refreshToken: $t) { expiresIn } }',
  'query A { me { id } } query B { me { id } }',
  'subscription { sessionEnded { reason } }',
  '{ user(id: "\\u0000") { id } }',
  '{ users(search: "%_\\\\ \\u0000\\ud800", first: -1) { totalCount } }',
  '{ sessions(first: 2147483648, after: "x") { totalCount } }',
  '{ auditLog(filter: { since: "never" }) { edges { cursor } } }',
  `{ ${'me { sessions { user { '.repeat(60)}`,
  '{ ...F } fragment F on Query { ...F }',
  '{ me(__proto__: 1) { constructor } }',
  '#',
];

const json = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('', '{', 'null', '[]', '[[[]]]', '1', '"text"', '{"query":1}', '{"query":null}'),
  fc.constantFrom('['.repeat(20_000), '{"a":'.repeat(20_000), '{"query":"{me{id}}","query":"{"}'),
  fc.constantFrom(
    '\u00ef\u00bb\u00bf{}',
    '{"query":"\\ud800"}',
    '{"query":"\u00ff\u00fe"}',
    '\u0000',
  ),
  fc.constant(JSON.stringify(Array.from({ length: 50 }, () => ({ query: '{ me { id } }' })))),
  fc
    .record(
      {
        query: fc.oneof(fc.constantFrom(...OPERATIONS), fc.jsonValue({ maxDepth: 1 })),
        variables: fc.oneof(
          fc.jsonValue({ maxDepth: 2 }),
          fc.constantFrom<unknown>({ t: {} }, { t: 'prt_' }, [], 'x', 1),
        ),
        operationName: fc.oneof(
          fc.constantFrom('A', 'C', '__proto__'),
          fc.jsonValue({ maxDepth: 1 }),
        ),
        extensions: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: ['query'] },
    )
    .map((body) => JSON.stringify(body)),
  fc.constantFrom(
    '{"query":"{ me { id } }","variables":{"__proto__":{"a":1},"constructor":{"prototype":{}}}}',
    '{"__proto__":{"query":"{ me { id } }"}}',
    '{"query":"{ me { id } }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
  ),
);

const forms = ({ access, refresh }: Known) =>
  fc.oneof(
    fc.constantFrom(
      `token=${access}x`,
      `token=${refresh}x`,
      'token=',
      'token=a&token=b',
      '%',
      'token=%00',
    ),
    fc.constantFrom(
      'token=%ff%fe',
      '&&&',
      'token[]=x',
      `token=${'x'.repeat(20_000)}`,
      '__proto__=1',
    ),
  );

const characters = (least: number, most: number) =>
  fc.string({
    unit: fc.integer({ min: least, max: most }).map((code) => String.fromCharCode(code)),
    maxLength: 30,
  });
/** As header fields go over the wire, a character a byte; sometimes what ends one. */
const garbage = fc.oneof(
  { weight: 6, arbitrary: characters(33, 126) },
  { weight: 2, arbitrary: characters(128, 255) },
  characters(1, 255),
);

const headers = ({ access, service }: Known) => {
  const usual = fc.constantFrom<Header>(
    ['content-type', 'application/json'],
    ['authorization', `Bearer ${access}`],
    ['authorization', `Bearer ${access}.x`],
    ['authorization', `Bearer ${service}`],
    ['authorization', 'Basic eDp5'],
    ['cookie', 'portcullis-refresh=x; portcullis-refresh=y'],
    ['cookie', `portcullis-session=${'x'.repeat(5_000)}`],
    ['accept', 'multipart/mixed; deferSpec=20220824'],
    ['accept', 'text/html'],
    ['origin', 'null'],
    ['if-none-match', '"x.1.1", *'],
    ['apollo-require-preflight', '1'],
    ['x-http-method-override', 'DELETE'],
  );
  const odd = fc.constantFrom<Header>(
    ['content-type', 'application/json; charset=utf-16'],
    ['content-type', 'application/x-www-form-urlencoded'],
    ['content-type', 'multipart/form-data; boundary=x'],
    ['content-type', 'text/plain'],
    ['content-type', ''],
    ['content-encoding', 'gzip'],
    ['authorization', 'Bearer '],
    ['host', 'a b'],
    ['host', '[::1'],
    ['host', ''],
    ['connection', 'upgrade'],
    ['upgrade', 'websocket'],
    ['sec-websocket-version', '13'],
    ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ['sec-websocket-protocol', 'graphql-transport-ws'],
    ['expect', '100-continue'],
    ['expect', 'something'],
    ['x-large', 'x'.repeat(20_000)],
    ['x y', 'z'],
    ['', ''],
    ['x-folded', 'a\r\n b'],
  );
  const name = fc.constantFrom('content-type', 'accept', 'origin', 'cookie', 'host');
  const others = fc.constantFrom('authorization', 'x-forwarded-for', 'user-agent', '__proto__');
  const any = fc.tuple(fc.oneof(name, others), garbage);
  const some = fc.oneof({ weight: 8, arbitrary: usual }, odd, any);
  const handshake = fc.constant<readonly Header[]>([
    ['connection', 'upgrade'],
    ['upgrade', 'websocket'],
    ['sec-websocket-version', '13'],
    ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ]);
  return fc.oneof({ weight: 12, arbitrary: fc.array(some, { maxLength: 3 }) }, handshake);
};

export const requestsOf = (known: Known): fc.Arbitrary<RawRequest> =>
  fc.record({
    method: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('POST', 'POST', 'POST', 'GET') },
      fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'PROPFIND'),
      fc.constantFrom('QUERY', 'get', 'NONE', '', 'PRI'),
    ),
    path: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...PATHS) },
      garbage.map((text) => `/${text}`),
    ),
    headers: headers(known),
    body: fc.oneof({ weight: 4, arbitrary: json }, forms(known), garbage),
    framing: fc.oneof(
      { weight: 20, arbitrary: fc.constant<Framing>('length') },
      fc.constantFrom(...(Object.keys(FRAMINGS) as Framing[])),
    ),
    cut: fc.oneof(
      { weight: 20, arbitrary: fc.constant(1) },
      fc.double({ min: 0, max: 1, noNaN: true }),
    ),
  });

const OPEN_ENDED: readonly Framing[] = [
  ...(['a length too long', 'a huge length', 'chunks in disguise'] as const),
  ...(['chunks without end', 'a chunk of another size'] as const),
];

/** Whether the server has all that it waits for, once it has this. */
export function isWhole({ framing, cut }: RawRequest): boolean {
  return cut === 1 && !OPEN_ENDED.includes(framing);
}

/** As it goes over the wire. JSON and forms on their own paths mostly say what they are. */
export function bytesOf({ method, path, headers: given, body, framing, cut }: RawRequest): Buffer {
  const names = new Set(given.map(([name]) => name));
  const isForm = /^\/(introspect|revoke)$/.test(path);
  const usual = [
    ['host', '127.0.0.1'],
    ['content-type', isForm ? 'application/x-www-form-urlencoded' : 'application/json'],
  ].filter(([name = '']) => !names.has(name));
  const lines = [...usual, ...given].map(([name, value]) => `${name}: ${value}`);
  const [length = '', text = ''] = FRAMINGS[framing](body);
  const bytes = Buffer.from(
    [`${method} ${path} HTTP/1.1`, ...lines, length, '', text].join('\r\n'),
    'latin1',
  );
  return bytes.subarray(0, Math.ceil(bytes.length * cut));
}
