import { setImmediate as turn } from 'node:timers/promises';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { register } from '../support/client.js';
import { guardedSchema } from '../support/guarded-schema.js';
import { startProxy } from '../support/proxy.js';
import { until } from '../support/until.js';

const REQUESTS = 10_000;
const LOOK = /pg_current_snapshot/;

let server: ServerBehindProxy;
beforeAll(async () => {
  server = await startServerBehindProxy();
});
afterAll(() => server.stop());

describe('what the feed costs the database', () => {
  it('fields with a bound, while it is healthy: nothing over 10,000 requests', async () => {
    const { accessToken } = await register(
      server.url,
      'ada@example.com',
      'a password of some length',
    );
    // Issued long ago, as far as the rule can tell: the mark alone is new.
    const token = { ...server.node.deps.accessTokens.verify(accessToken), issuedAt: 0 };
    const proxy = await startProxy(server.database.url);
    const foreign = guardedSchema(proxy.url, server.node.following.markAge);
    // Requests come by the network, and so does what the feed hears: it has its turn between them.
    for (let done = 0; done < REQUESTS; done += 100) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => foreign.ask('{ bounded }', token)),
      );
      for (const { data } of answers) expect(data).toEqual({ bounded: 'bounded' });
      await turn();
    }
    expect(foreign.runs).toHaveLength(REQUESTS);
    expect(proxy.statements).toEqual([]);
    await foreign.close();
    await proxy.stop();
  }, 60_000);

  it('a node that nobody asks: at most 1.2 statements a second', async () => {
    const { statements, background } = server.proxy;
    const looks = () => background.filter((text) => LOOK.test(text)).length;
    const from = looks();
    await until(() => looks() > from);
    const started = performance.now();
    const before = statements.length + background.length;
    const first = looks();
    await until(() => looks() === first + 12, 40_000);
    const seconds = (performance.now() - started) / 1_000;
    // One report may fall into the window that would not have into one of ten seconds.
    const ran = statements.length + background.length - before;
    expect(ran - 1).toBeLessThanOrEqual(1.2 * seconds);
  }, 60_000);
});
