import fc from 'fast-check';
import { SERVICE_TOKEN, startAskable } from '../server/oauth/support.js';
import { ask, register } from '../support/client.js';
import { SECRET } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { PATIENCE, SEEDS, budget } from './budget.js';
import { exchange, repliesIn } from './raw.js';
import type { Reply } from './raw.js';
import { bytesOf, isWhole, requestsOf } from './requests.js';
import type { Known } from './requests.js';

let server: TestServer;
let known: Known;
beforeAll(async () => {
  server = await startAskable();
  const { accessToken, refreshToken } = await register(
    server.url,
    'ada@example.com',
    'a password of some length',
  );
  known = { access: accessToken, refresh: refreshToken, service: SERVICE_TOKEN };
});
afterAll(() => server.stop());

/** Of stacks, files, drivers and libraries. */
const INNER =
  /\bat [\w.<>]+ \(|node:|node_modules|\.[jt]s:\d|\/work\/|\/src\/|postgres|knex|\bpg\b|ioredis|FST_|fastify|apollo-server|ECONN|SQLSTATE|(Type|Range|Reference)Error|stack/i;

/** What is amiss with an answer; undefined if nothing is. */
function problemOf({ status, headers, body }: Reply): string | undefined {
  // The page for developers, which has Apollo's words in it.
  if (status === 200 && /^text\/html/.test(headers['content-type'] ?? '')) return undefined;
  const secrets = [...Object.values(known), SECRET, server.database.url];
  if (status >= 500 && status !== 503) return 'it is our fault';
  if (status >= 500 && !body.includes('"ready":false')) return 'nothing was down';
  if (secrets.some((secret) => body.includes(secret))) return 'it tells a secret';
  if (INNER.test(body)) return 'it tells of what is within';
  if (body === '') return undefined;
  if (!/json/.test(headers['content-type'] ?? '')) return 'it is no JSON';
  const said = JSON.parse(Buffer.from(body, 'latin1').toString()) as Record<string, unknown>;
  if (status < 400) return undefined;
  const [first] = (said['errors'] ?? []) as { extensions?: { code?: string; reason?: string } }[];
  const isOurs = first?.extensions?.code !== undefined && first.extensions.reason !== undefined;
  const isOAuth =
    typeof said['error'] === 'string' && typeof said['error_description'] === 'string';
  return isOurs || isOAuth ? undefined : 'it is in no form that is promised';
}

describe('whatever is sent', () => {
  it.each(SEEDS)(
    'is answered as promised, or the connection closed: seed %i',
    async (seed) => {
      const seen = new Set<number>();
      await fc.assert(
        fc.asyncProperty(requestsOf(known), async (request) => {
          const text = await exchange(server.url, bytesOf(request), isWhole(request));
          for (const reply of repliesIn(text)) {
            seen.add(reply.status);
            expect({ ...reply, problem: problemOf(reply) }).toEqual({
              ...reply,
              problem: undefined,
            });
          }
        }),
        budget(250, seed),
      );
      expect([...seen]).toEqual(expect.arrayContaining([200, 400, 401, 404]));
    },
    PATIENCE,
  );

  afterEach(async () => {
    // Alive, and none the worse: nobody was signed out, and nothing happened that nobody foresaw.
    const answer = await ask(server.url, '{ mySessions { current } }', { token: known.access });
    expect(answer.data).toEqual({ mySessions: [{ current: true }] });
    expect(
      server
        .log()
        .split('\n')
        .filter((line) => /"level":[56]0/.test(line)),
    ).toEqual([]);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});
