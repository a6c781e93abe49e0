import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './node.mjs';
import { tie } from './tie.mjs';

/** A Redis of the benchmark's own, in memory alone. */
export async function startRedis() {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-redis-'));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A proxy before Redis that counts the commands that pass; a script is one. */
export async function startRedisWire(redisUrl) {
  const target = new URL(redisUrl);
  const wire = { asked: 0 };
  const clients = new Set();
  const listener = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    const commands = new Commands();
    client.on('data', (chunk) => {
      wire.asked += commands.read(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk) => client.write(chunk));
    clients.add(client);
    tie(client, server, () => clients.delete(client));
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  return Object.assign(wire, {
    url: `redis://127.0.0.1:${listener.address().port}`,
    stop: async () => {
      for (const client of clients) client.destroy();
      listener.close();
      await once(listener, 'close');
    },
  });
}

/** Counts the commands in a client's side of the protocol: arrays of bulk strings. */
class Commands {
  #buffer = Buffer.alloc(0);
  /** Strings of the command that has begun which are still to come. */
  #pending = 0;

  read(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    let count = 0;
    for (;;) {
      const end = this.#buffer.indexOf('\r\n');
      if (end < 0) return count;
      const size = Number(this.#buffer.toString('latin1', 1, end));
      if (this.#pending === 0) {
        this.#pending = size;
        count += 1;
        this.#buffer = this.#buffer.subarray(end + 2);
        continue;
      }
      if (this.#buffer.length < end + 2 + size + 2) return count;
      this.#buffer = this.#buffer.subarray(end + 2 + size + 2);
      this.#pending -= 1;
    }
  }
}
