import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/index.js';
import { StartupError } from '../errors/index.js';
import type { Clock } from '../support/clock.js';
import { SyncedClock } from '../support/synced-clock.js';
import { whenReachable } from './bring-up.js';
import { createHttp } from './http.js';
import type { LifecycleRef } from './lifecycle.js';
import type { Log } from './log.js';
import { Metrics } from './metrics.js';
import { startMetricsServer } from './metrics-server.js';
import { createNode } from './node.js';
import type { Node, NodeOptions } from './node.js';
import { openStores } from './stores.js';

export interface StartOptions extends Pick<NodeOptions, 'schema'> {
  readonly config: Config;
  readonly log: Log;
  /** Default: the database's time. */
  readonly clock?: Clock | undefined;
  /** Told each step in words for people. */
  readonly onStep?: (line: string) => void;
}

/** A server that takes requests. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Where Prometheus finds the metrics; undefined where there are none. */
  readonly metricsUrl: string | undefined;
  /** Settles when the node is ready; rejects when it never can be. */
  readonly ready: Promise<Node>;
  /** Answers what is in flight, then stops everything that it started, PostgreSQL last. */
  stop(): Promise<void>;
}

/** Milliseconds that requests in flight get to finish. */
const DRAIN = 10_000;

/**
 * Starts a server. It listens at once and says by `/readyz` what it waits for.
 * @throws StartupError
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config, log, schema, clock = new SyncedClock(), onStep = () => undefined } = options;
  const undo: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const metrics = config.metricsPort === undefined ? undefined : new Metrics();
    const metricsServer =
      metrics && (await startMetricsServer(metrics, config.host, config.metricsPort ?? 0));
    if (metricsServer) undo.push(() => metricsServer.stop());
    const stores = await openStores(config, { log, onStep });
    undo.push(() => stores.close());
    const { secret, database, redis } = stores;
    const lifecycle: LifecycleRef = {
      current: { phase: 'starting', waitingFor: 'the database is being prepared' },
    };
    const app = await createHttp({ config, database, redis, lifecycle, log });
    const url = await listen(app, config);
    const abort = new AbortController();
    undo.push(() => drain(app, lifecycle, log));

    const bringUp = async (): Promise<Node> => {
      const prepare = async () => {
        await stores.prepare(abort.signal);
        const place = { config, database, redis, clock };
        return createNode({ ...place, secret, log, address: url, metrics, schema });
      };
      const node = await whenReachable(prepare, {
        signal: abort.signal,
        onWaiting: (reason) => {
          lifecycle.current = { phase: 'starting', waitingFor: reason };
          log.warn({ reason }, 'not ready');
        },
      });
      lifecycle.current = { phase: 'ready', node };
      return node;
    };
    const ready = bringUp();
    ready.catch(() => undefined);

    let stopping: Promise<void> | undefined;
    const stop = async () => {
      abort.abort();
      await ready.catch(() => undefined);
      await stopAll();
      lifecycle.current = { phase: 'stopped' };
    };
    return { url, metricsUrl: metricsServer?.url, ready, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E(ADDR|ACCES|NOTFOUND)/.test(code)) throw error;
    const where = `${config.host}:${config.port}`;
    const why = code === 'EADDRINUSE' ? 'the port is in use; set PORT to another' : code;
    throw new StartupError(`Cannot listen on ${where}: ${why}.`);
  }
  const { address, family, port } = app.server.address() as AddressInfo;
  const host = ['0.0.0.0', '::'].includes(address) ? 'localhost' : address;
  return `http://${family === 'IPv6' && host !== 'localhost' ? `[${host}]` : host}:${port}`;
}

/** Requests in flight are answered; connections that do not end by themselves are cut. */
async function drain(app: FastifyInstance, lifecycle: LifecycleRef, log: Log): Promise<void> {
  const { current } = lifecycle;
  lifecycle.current = { phase: 'draining' };
  const timer = setTimeout(() => {
    log.warn('connections did not end in time and are cut');
    app.server.closeAllConnections();
  }, DRAIN);
  await app.close();
  clearTimeout(timer);
  if (current.phase === 'ready') await current.node.stop();
}
