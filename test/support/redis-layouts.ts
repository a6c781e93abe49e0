import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startRedis } from './redis.js';
import type { TestRedis } from './redis.js';
import { until } from './until.js';

/** A Cluster of three primaries. */
export interface TestCluster {
  readonly url: string;
  readonly nodes: readonly TestRedis[];
  stop(): Promise<void>;
}

export async function startCluster(): Promise<TestCluster> {
  const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis({ settings })));
  const bounds = [0, 5_461, 10_923, 16_384];
  for (const [n, node] of nodes.entries()) {
    const [from = 0, to = 0] = bounds.slice(n, n + 2);
    await node.client.call('CLUSTER', 'ADDSLOTSRANGE', from, to - 1);
    await node.client.call('CLUSTER', 'SET-CONFIG-EPOCH', n + 1);
    await node.client.call('CLUSTER', 'MEET', '127.0.0.1', nodes[0]?.port ?? 0);
  }
  await until(async () => {
    const infos = await Promise.all(nodes.map(({ client }) => client.call('CLUSTER', 'INFO')));
    return infos.every(
      (info) =>
        String(info).includes('cluster_state:ok') && String(info).includes('cluster_size:3'),
    );
  }, 20_000);
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** A primary, a replica and a sentinel that puts the one in the place of the other. */
export interface TestSentinel {
  readonly url: string;
  readonly primary: TestRedis;
  readonly replica: TestRedis;
  /** Whether the sentinel itself names the replica as the primary. */
  hasFailedOver(): Promise<boolean>;
  stop(): Promise<void>;
}

export async function startSentinel(): Promise<TestSentinel> {
  const primary = await startRedis();
  const replica = await startRedis({ settings: ['--replicaof', `127.0.0.1 ${primary.port}`] });
  await until(async () => (await replica.client.info('replication')).includes('link_status:up'));
  const sentinel = await startRedis({
    configure: async (folder) => {
      const file = join(folder, 'sentinel.conf');
      const lines = [
        `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
        // A busy machine may leave a primary that lives unanswered for a second: it would be demoted, and emptied.
        'sentinel down-after-milliseconds main 3000',
        'sentinel failover-timeout main 5000',
      ];
      await writeFile(file, `${lines.join('\n')}\n`);
      return [file, '--sentinel'];
    },
  });
  await until(async () => {
    const found = (await sentinel.client.call('SENTINEL', 'REPLICAS', 'main')) as unknown[];
    return found.length === 1;
  }, 20_000);
  return {
    url: `redis+sentinel://127.0.0.1:${sentinel.port}/main`,
    primary,
    replica,
    hasFailedOver: async () => {
      const named = await sentinel.client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main');
      return Array.isArray(named) && named[1] === String(replica.port);
    },
    stop: async () => {
      await Promise.all([sentinel.stop(), primary.stop(), replica.stop()]);
    },
  };
}
