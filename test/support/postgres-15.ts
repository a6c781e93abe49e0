import pg from 'pg';
import { freePort, runForeign, spawnForeign } from './debian.js';
import type { ForeignProcess } from './debian.js';
import { until } from './until.js';

const BIN = '/usr/lib/postgresql/15/bin';
/** For `describeWith`. */
export const POSTGRES_15 = [`${BIN}/initdb`, `${BIN}/pg_basebackup`, `${BIN}/postgres`];

const START_WITHIN = 60_000;

/** A server of Debian's PostgreSQL 15, as somebody who asks it knows it. */
export interface Server {
  readonly url: string;
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
}

/** One that this process runs. */
export interface RunningServer extends Server {
  /** The main process of the moment. */
  process(): ForeignProcess;
  /** Ends it by this signal and starts it on the same port. */
  restart(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

/** Makes an empty cluster in this folder. */
export async function initialise(data: string): Promise<void> {
  const superuser = ['-U', 'portcullis', '--auth=trust'];
  await runForeign(`${BIN}/initdb`, [
    ...['-D', data, ...superuser, '-E', 'UTF8', '--locale=C', '--no-sync'],
  ]);
}

/** Makes a standby of a server in this folder. */
export async function baseBackup(from: string, data: string): Promise<void> {
  await runForeign(`${BIN}/pg_basebackup`, [
    ...['-D', data, '-d', from, '-X', 'stream', '-R', '--checkpoint=fast', '--no-sync'],
  ]);
}

export async function startServer(data: string): Promise<RunningServer> {
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
  const launch = () => spawnForeign(`${BIN}/postgres`, ['-D', data, ...flags]);
  const url = `postgres://portcullis@127.0.0.1:${port}/postgres`;
  const pool = new pg.Pool({ connectionString: url, max: 3, application_name: 'replicated-pair' });
  pool.on('error', () => undefined);
  const query = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await pool.query<Row>(text, values)).rows;
  let current = launch();
  const hasEnded = () => current.child.exitCode !== null || current.child.signalCode !== null;
  const answers = () =>
    query('SELECT 1').then(
      () => true,
      () => false,
    );
  await until(async () => {
    if (hasEnded()) throw new Error(current.output());
    return answers();
  }, START_WITHIN);
  return {
    url,
    query,
    process: () => current,
    restart: async (signal) => {
      await current.end(signal);
      // After a kill, its children have to end before another one starts.
      await until(async () => {
        if (hasEnded()) current = launch();
        return answers();
      }, START_WITHIN);
    },
    stop: async () => {
      await pool.end();
      await current.end('SIGQUIT');
    },
  };
}

/** Waits until the standby shows all that the primary has committed. */
export async function untilCaughtUp(primary: Server, standby: Server): Promise<void> {
  const [at] = await primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
  const text = 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there';
  await until(async () => {
    const [row] = await standby.query<{ there: boolean }>(text, [at?.lsn]);
    return row?.there === true;
  }, 60_000);
}

/** From now on a commit waits until its standby has it on its disk. */
export async function requireStandby(primary: Server): Promise<void> {
  await primary.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
  await primary.query('SELECT pg_reload_conf()');
  const text = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
  await until(async () => (await primary.query(text)).length === 1, 60_000);
}

/** Makes a standby a primary on a timeline of its own. */
export async function promote(standby: Server): Promise<void> {
  await standby.query('SELECT pg_promote(true, 60)');
  await until(async () => {
    const [row] = await standby.query<{ standby: boolean }>(
      'SELECT pg_is_in_recovery() AS standby',
    );
    return row?.standby === false;
  }, 60_000);
}
