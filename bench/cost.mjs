// Where the time of a request goes: a CPU profile of our server under load, by layer.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startCluster, withUndo } from './support/cluster.mjs';
import { requestBytes } from './support/connection.mjs';
import { openConnections, throughput } from './support/load.mjs';
import { pinSelf } from './support/node.mjs';
import { say } from './support/report.mjs';
import { queryOf } from './support/subject.mjs';
import { startSubject } from './support/subjects.mjs';

const kinds = process.argv.slice(2).length
  ? process.argv.slice(2)
  : ['open', 'auth', 'stale', 'critical'];
await withUndo(async (defer) => {
  pinSelf(1);
  const cluster = await startCluster();
  defer(cluster.stop);
  let n = 0;
  for (const kind of kinds) {
    say(kind);
    const database = await cluster.createDatabase(`cost_${(n += 1)}`);
    const env = kind === 'off' ? { WAY: 'open' } : {};
    const subject = await startSubject({
      subject: kind === 'fastify' ? 'fastify-apollo' : 'portcullis',
      database,
      core: 0,
      env,
      node: ['--cpu-prof', '--cpu-prof-interval', '200'],
    });
    const open = openConnections(subject.url, 64);
    const requests = subject.headers.map((headers) =>
      requestBytes(queryOf(['off', 'fastify'].includes(kind) ? 'open' : kind), { headers }),
    );
    const rate = await throughput(open, requests, 6000);
    for (const each of open) each.close();
    let profile;
    const { rm } = await import('node:fs/promises');
    const stop = subject.stop;
    process.kill(subject.pid, 'SIGTERM');
    for (;;) {
      const file = (await readdir(subject.folder)).find((name) => name.endsWith('.cpuprofile'));
      if (file) {
        try {
          profile = JSON.parse(await readFile(join(subject.folder, file), 'utf8'));
          break;
        } catch {}
      }
      await new Promise((r) => setTimeout(r, 100));
    }
    await stop();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`/tmp/${kind}.cpuprofile`, JSON.stringify(profile));
    say(`${kind} ${Math.round(rate)}`);
  }
});
