import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { foreignFolder } from './debian.js';
import {
  baseBackup,
  initialise,
  promote,
  requireStandby,
  startServer,
  untilCaughtUp,
} from './postgres-15.js';
import type { RunningServer } from './postgres-15.js';
import { freezeFamily } from './postgres-process.js';
import { startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';

/** A primary with a standby, one after the other. */
export interface Succession {
  /** Leads to the primary of the moment. */
  readonly url: string;
  /** Stops the primary with SIGSTOP. Answers how to thaw it. */
  freeze(): Promise<() => void>;
  /** Ends the primary by this signal and starts it again. */
  restart(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
  /**
   * Kills the primary with -9 and puts its standby in its place, which gets a standby of its own after
   * that. Nothing that was acknowledged is lost unless for `alone` milliseconds before the standby hears
   * of nothing.
   */
  failOver(options?: { alone?: number }): Promise<void>;
  stop(): Promise<void>;
}

interface Reign {
  readonly primary: RunningServer;
  readonly standby: RunningServer;
  /** Between the two. */
  readonly stream: Proxy;
}

/** Milliseconds that a commit may be under way that has not heard yet that it has to wait for a standby. */
const IN_FLIGHT = 500;

/** @param options.synchronous a commit waits until the standby of the moment has it on its disk */
export async function startSuccession({
  synchronous,
}: {
  synchronous: boolean;
}): Promise<Succession> {
  const folder = await foreignFolder();
  const undo: (() => Promise<void>)[] = [folder.remove];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  let servers = 0;
  const start = async (make: (data: string) => Promise<void>): Promise<RunningServer> => {
    const data = join(folder.path, String((servers += 1)));
    await make(data);
    const server = await startServer(data);
    undo.push(server.stop);
    return server;
  };
  const enthrone = async (primary: RunningServer): Promise<Reign> => {
    const stream = await startProxy(primary.url);
    undo.push(stream.stop);
    const standby = await start((data) => baseBackup(stream.url, data));
    if (synchronous) {
      await requireStandby(primary);
      await delay(IN_FLIGHT);
    }
    await untilCaughtUp(primary, standby);
    return { primary, standby, stream };
  };
  try {
    let reign = await enthrone(await start(initialise));
    const service = await startProxy(reign.primary.url);
    undo.push(service.stop);
    return {
      url: service.url,
      freeze: () => freezeFamily(reign.primary.process().child.pid ?? 0),
      restart: (signal) => reign.primary.restart(signal),
      failOver: async ({ alone } = {}) => {
        const { primary, standby, stream } = reign;
        if (alone !== undefined) {
          stream.refuse();
          await delay(alone);
        }
        await primary.process().end('SIGKILL');
        service.refuse();
        await promote(standby);
        service.retarget(standby.url);
        service.heal();
        reign = await enthrone(standby);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
