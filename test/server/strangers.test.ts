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

    it('do not hold up whoever is signed in, which a token that is none does not pass for', async () => {
      const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
      const begun: string[] = [];
      const begin = async (who: string, authorization?: string) => {
        const origin = { ip: '192.0.2.1', userAgent: null };
        await server.node.context({ requestId: who, origin, authorization });
        begun.push(who);
      };
      const strangers = Array.from({ length: 20 }, (_, at) =>
        begin('stranger', at % 2 === 0 ? undefined : 'Bearer not-a-token'),
      );
      await begin('user', `Bearer ${accessToken}`);
      expect(begun.filter((who) => who === 'stranger').length).toBeLessThanOrEqual(1);
      await Promise.all(strangers);
      expect(begun).toHaveLength(21);
    });
  });
});
