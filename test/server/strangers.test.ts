import { Strangers } from '../../src/server/strangers.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { login } from '../support/client.js';

const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve));

describe('strangers', () => {
  it('begin one in each turn of the event loop, first come, first served', async () => {
    const strangers = new Strangers();
    const begun: number[] = [];
    expect(strangers.turn()).toBeUndefined();
    for (const at of [1, 2, 3]) void strangers.turn()?.then(() => begun.push(at));
    await Promise.resolve();
    expect(begun).toEqual([]);
    for (const expected of [[1], [1, 2], [1, 2, 3]]) {
      await turnOfLoop();
      expect(begun).toEqual(expected);
    }
    expect(strangers.turn()).toBeInstanceOf(Promise);
    await turnOfLoop();
    await turnOfLoop();
    expect(strangers.turn()).toBeUndefined();
  });

  describe('at a server', () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startTestServer();
    });
    afterAll(() => server.stop());

    const begun: string[] = [];
    const begin = async (who: string, query: string, authorization?: string) => {
      const origin = { ip: '192.0.2.1', userAgent: null };
      const contextValue = await server.node.context({ requestId: who, origin, authorization });
      await server.node.apollo.executeOperation({ query }, { contextValue });
      begun.push(who);
    };
    const strangersOf = (query: (at: number) => string) =>
      Array.from({ length: 20 }, (_, at) =>
        begin('stranger', query(at), at % 2 === 0 ? undefined : 'Bearer not-a-token'),
      );
    const before = () => begun.filter((who) => who === 'stranger').length;
    beforeEach(() => begun.splice(0));

    it.each([
      ['', () => '{ __typename }'],
      [
        ', not even by documents that have to be read first',
        (at: number) => `{ a${at}: __typename }`,
      ],
    ])('do not hold up whoever is signed in%s', async (_, query) => {
      const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
      const authorization = `Bearer ${accessToken}`;
      await begin('user', '{ __typename }', authorization);
      const strangers = strangersOf(query);
      await begin('user', '{ __typename }', authorization);
      expect(before()).toBeLessThanOrEqual(1);
      await Promise.all(strangers);
      expect(begun).toHaveLength(22);
    });

    it('refresh together, since a look is shared by all who ask at once', async () => {
      const query = 'mutation { refresh(refreshToken: "none") { accessToken } }';
      await begin('stranger', query);
      const strangers = strangersOf(() => query);
      const turns = { taken: 0, over: false };
      const count = () => {
        turns.taken += 1;
        if (!turns.over) setImmediate(count);
      };
      setImmediate(count);
      await Promise.all(strangers);
      turns.over = true;
      expect(turns.taken).toBeLessThan(10);
    });
  });
});
