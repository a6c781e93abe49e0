import { startServerBehindProxy } from './behind-proxy.js';
import type { ServerBehindProxy } from './behind-proxy.js';
import { TestClock } from './clock.js';
import { startTestServer } from './server.js';
import type { TestServer } from './server.js';

/** Two nodes of one database, of which the second learns of no key by itself. */
export async function startDeafNode(): Promise<{
  one: TestServer;
  two: ServerBehindProxy;
  stop: () => Promise<void>;
}> {
  const clock = new TestClock();
  const one = await startTestServer({ clock });
  const two = await startServerBehindProxy({ clock, database: one.database });
  // Longer than it trusts in having seen every key.
  clock.advance(1_000);
  jest.spyOn(two.node.deps.keys, 'notice').mockReturnValue(undefined);
  // The other one does not wait for it.
  jest.spyOn(one.node.deps.nodes, 'knowKeys').mockResolvedValue(true);
  const stop = async () => {
    await two.stop();
    await one.stop();
  };
  return { one, two, stop };
}
