import { send } from '../support/post.js';
import type { RawRequest } from '../support/post.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const LISTED = 'https://app.example.com';
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { ALLOWED_ORIGINS: `${LISTED},http://localhost:5173` } });
});
afterAll(() => server.stop());

/** What a browser asks first, and then what it asks. */
const requests = (origin: string): RawRequest[] => [
  {
    method: 'OPTIONS',
    headers: [
      ['origin', origin],
      ['access-control-request-method', 'POST'],
      ['access-control-request-headers', 'content-type'],
    ],
  },
  {
    method: 'POST',
    headers: [
      ['origin', origin],
      ['content-type', 'application/json'],
    ],
    body: '{"query":"{ fieldPolicies { coordinate } }"}',
  },
];

const told = async (request: RawRequest) => {
  const { headers } = await send(server.url, request);
  const names = [...headers.keys()].filter((name) => name.startsWith('access-control-'));
  return {
    origin: headers.get('access-control-allow-origin'),
    credentials: headers.get('access-control-allow-credentials'),
    names: names.length,
    varies: headers.get('vary')?.includes('Origin'),
  };
};

describe('CORS tells', () => {
  it.each([LISTED, 'http://localhost:5173'])(
    'a listed origin that it may send cookies and read answers: %s',
    async (origin) => {
      for (const request of requests(origin)) {
        expect(await told(request)).toEqual({
          origin,
          credentials: 'true',
          names: expect.any(Number),
          varies: true,
        });
      }
    },
  );

  it.each([
    'https://evil.example',
    'null',
    'https://sub.app.example.com',
    `${LISTED}:8443`,
    `${LISTED}:443`,
    `${LISTED}.`,
    `${LISTED}/`,
    `${LISTED}.evil.example`,
    `${LISTED}@evil.example`,
    `${LISTED},https://evil.example`,
    `${LISTED} https://evil.example`,
    'https://evil-app.example.com',
    'https://evilapp.example.com',
    'http://app.example.com',
    'HTTPS://APP.EXAMPLE.COM',
    'https://appXexample.com',
    'http://localhost',
    'http://localhost:51730',
    'file://',
    '*',
    '',
  ])('another origin nothing: %j', async (origin) => {
    for (const request of requests(origin)) {
      expect(await told(request)).toEqual({
        origin: null,
        credentials: null,
        names: 0,
        varies: true,
      });
    }
  });
});

it('a server without a list tells no origin anything, whatever it asks first', async () => {
  for (const mode of ['production', 'development']) {
    const own = await startTestServer({ database: server.database, env: { NODE_ENV: mode } });
    for (const origin of [LISTED, own.url, 'null']) {
      const [preflight, request] = requests(origin);
      const answer = await send(own.url, preflight!);
      expect(answer.status).toBe(405);
      for (const { headers } of [answer, await send(own.url, request!)]) {
        const names = [...headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect(names).toEqual([]);
      }
    }
    await own.stop();
  }
});
