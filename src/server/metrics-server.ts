import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartupError } from '../errors/index.js';
import type { Metrics } from './metrics.js';

export interface MetricsServer {
  /** Such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves `/metrics` on a port of its own, which need not be open to the world. @throws StartupError */
export async function startMetricsServer(
  metrics: Metrics,
  host: string,
  port: number,
): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', ({ code = 'the address is not usable' }: NodeJS.ErrnoException) => {
      failed(new StartupError(`Cannot serve metrics on ${host}:${port}: ${code}.`));
    });
    server.listen(port, host, listening);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/metrics`,
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
