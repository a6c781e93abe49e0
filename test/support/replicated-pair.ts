import { join } from 'node:path';
import { foreignFolder } from './debian.js';
import {
  baseBackup,
  initialise,
  promote,
  requireStandby,
  startServer,
  untilCaughtUp,
} from './postgres-15.js';
import type { Server } from './postgres-15.js';
import { startProxy } from './proxy.js';

/** A primary and its streaming standby, to be failed over. */
export interface ReplicatedPair {
  /** Leads to the primary: the first one, and after `failOver` the one that was its standby. */
  readonly url: string;
  readonly primary: Server;
  readonly standby: Server;
  /** From now on the standby gets nothing more: commits go on, and a fail-over loses them. */
  cutReplication(): void;
  /** The standby gets what it has missed. */
  healReplication(): Promise<void>;
  /** The standby still gets everything, and shows nothing of it. */
  pauseReplay(): Promise<void>;
  resumeReplay(): Promise<void>;
  /** Waits until the standby shows all that the primary has committed. */
  caughtUp(): Promise<void>;
  /** Makes the standby a primary on a timeline of its own; the old one is not told. */
  promote(): Promise<void>;
  /** Kills the primary with -9, breaks its connections, promotes the standby and moves `url` there. */
  failOver(): Promise<void>;
  /** How many commits wait for the standby (`synchronous` only). */
  waitingCommits(): Promise<number>;
  /** Cancels those waits: each commits here alone and gets WARNING 01000. Answers how many. */
  cancelCommits(): Promise<number>;
  stop(): Promise<void>;
}

/** @param options.synchronous a commit waits until the standby has it on its disk; default false */
export async function startReplicatedPair(
  options: { synchronous?: boolean } = {},
): Promise<ReplicatedPair> {
  const folder = await foreignFolder();
  const undo: (() => Promise<void>)[] = [folder.remove];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { ...(await build(folder.path, options.synchronous ?? false, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  folder: string,
  synchronous: boolean,
  undo: (() => Promise<void>)[],
): Promise<Omit<ReplicatedPair, 'stop'>> {
  const data = { primary: join(folder, 'primary'), standby: join(folder, 'standby') };
  const start = async (folder: string) => {
    const server = await startServer(folder);
    undo.push(server.stop);
    return server;
  };
  await initialise(data.primary);
  const primary = await start(data.primary);
  // The stream passes a proxy, so that it can be taken away alone.
  const stream = await startProxy(primary.url);
  undo.push(stream.stop);
  await baseBackup(stream.url, data.standby);
  const standby = await start(data.standby);
  const service = await startProxy(primary.url);
  undo.push(service.stop);
  const caughtUp = () => untilCaughtUp(primary, standby);
  await caughtUp();
  if (synchronous) await requireStandby(primary);

  const waiting = async (action: string): Promise<number> => {
    const text = `SELECT ${action} FROM pg_stat_activity WHERE wait_event = 'SyncRep'`;
    return (await primary.query(text)).length;
  };
  return {
    url: service.url,
    primary,
    standby,
    cutReplication: stream.refuse,
    healReplication: async () => {
      stream.heal();
      await caughtUp();
    },
    pauseReplay: () => told(standby, 'SELECT pg_wal_replay_pause()'),
    resumeReplay: () => told(standby, 'SELECT pg_wal_replay_resume()'),
    caughtUp,
    promote: () => promote(standby),
    failOver: async () => {
      await primary.process().end('SIGKILL');
      service.refuse();
      await promote(standby);
      service.retarget(standby.url);
      service.heal();
    },
    waitingCommits: () => waiting('pid'),
    cancelCommits: () => waiting('pg_cancel_backend(pid)'),
  };
}

async function told(server: Server, text: string): Promise<void> {
  await server.query(text);
}
