import { join } from 'node:path';
import pg from 'pg';
import { foreignFolder, freePort, runForeign, spawnForeign } from './debian.js';
import type { ForeignProcess } from './debian.js';
import { startProxy } from './proxy.js';
import { until } from './until.js';

const BIN = '/usr/lib/postgresql/15/bin';
/** For `describeWith`. */
export const POSTGRES_15 = [`${BIN}/initdb`, `${BIN}/pg_basebackup`, `${BIN}/postgres`];

/** One of the two servers. */
export interface Server {
  readonly url: string;
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
}

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
  const superuser = ['-U', 'portcullis', '--auth=trust'];
  await runForeign(`${BIN}/initdb`, [
    ...['-D', data.primary, ...superuser, '-E', 'UTF8', '--locale=C', '--no-sync'],
  ]);
  const primary = await start(data.primary, undo);
  // The stream passes a proxy, so that it can be taken away alone.
  const stream = await startProxy(primary.server.url);
  undo.push(stream.stop);
  await runForeign(`${BIN}/pg_basebackup`, [
    ...['-D', data.standby, '-d', stream.url, '-X', 'stream', '-R', '--checkpoint=fast'],
    '--no-sync',
  ]);
  const standby = await start(data.standby, undo);
  const service = await startProxy(primary.server.url);
  undo.push(service.stop);
  const caughtUp = () => untilCaughtUp(primary.server, standby.server);
  await caughtUp();
  if (synchronous) await requireStandby(primary.server);

  const promote = async () => {
    await told(standby.server, 'SELECT pg_promote(true, 60)');
    await until(async () => !(await isStandby(standby.server)), 60_000);
  };
  const waiting = async (action: string): Promise<number> => {
    const text = `SELECT ${action} FROM pg_stat_activity WHERE wait_event = 'SyncRep'`;
    return (await primary.server.query(text)).length;
  };
  return {
    url: service.url,
    primary: primary.server,
    standby: standby.server,
    cutReplication: stream.refuse,
    healReplication: async () => {
      stream.heal();
      await caughtUp();
    },
    pauseReplay: () => told(standby.server, 'SELECT pg_wal_replay_pause()'),
    resumeReplay: () => told(standby.server, 'SELECT pg_wal_replay_resume()'),
    caughtUp,
    promote,
    failOver: async () => {
      await primary.process.end('SIGKILL');
      service.refuse();
      await promote();
      service.retarget(standby.server.url);
      service.heal();
    },
    waitingCommits: () => waiting('pid'),
    cancelCommits: () => waiting('pg_cancel_backend(pid)'),
  };
}

async function start(
  data: string,
  undo: (() => Promise<void>)[],
): Promise<{ server: Server; process: ForeignProcess }> {
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    fsync: 'off',
    wal_keep_size: '256MB',
    // The standby asks again at once, and a query on it is answered whatever arrives meanwhile.
    wal_retrieve_retry_interval: '100ms',
    hot_standby_feedback: 'on',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const process = spawnForeign(`${BIN}/postgres`, ['-D', data, ...flags]);
  undo.push(() => process.end('SIGQUIT'));
  const url = `postgres://portcullis@127.0.0.1:${port}/postgres`;
  const pool = new pg.Pool({ connectionString: url, max: 3, application_name: 'replicated-pair' });
  pool.on('error', () => undefined);
  undo.push(() => pool.end());
  const server: Server = {
    url,
    query: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows,
  };
  await until(async () => {
    if (process.child.exitCode !== null) throw new Error(process.output());
    return server.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }, 60_000);
  return { server, process };
}

async function untilCaughtUp(primary: Server, standby: Server): Promise<void> {
  const [at] = await primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
  const text = 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there';
  await until(async () => {
    const [row] = await standby.query<{ there: boolean }>(text, [at?.lsn]);
    return row?.there === true;
  }, 60_000);
}

async function requireStandby(primary: Server): Promise<void> {
  await primary.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
  await primary.query('SELECT pg_reload_conf()');
  const text = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
  await until(async () => (await primary.query(text)).length === 1, 60_000);
}

async function told(server: Server, text: string): Promise<void> {
  await server.query(text);
}

async function isStandby(server: Server): Promise<boolean> {
  const [row] = await server.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  return row?.standby === true;
}
