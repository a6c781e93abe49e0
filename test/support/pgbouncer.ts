import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { foreignFolder, freePort, spawnForeign } from './debian.js';
import { until } from './until.js';

const PROGRAM = '/usr/sbin/pgbouncer';
/** For `describeWith`. */
export const PGBOUNCER = [PROGRAM];

/** A pooler between a server and its PostgreSQL. */
export interface PgBouncer {
  /** The database's URL by way of the pooler. */
  readonly url: string;
  readonly output: () => string;
  stop(): Promise<void>;
}

export interface PgBouncerOptions {
  /** When a server connection goes back to the pool: after a session, a transaction, a statement. */
  readonly mode: 'session' | 'transaction' | 'statement';
  /** Connections to PostgreSQL. Default 5. */
  readonly poolSize?: number;
  /** Further settings of `[pgbouncer]`, by name. */
  readonly settings?: Record<string, string>;
}

/** What our pools ask for at the start of a connection, and a pooler refuses unless it is told. */
const IGNORED = [
  'extra_float_digits',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
];

/** Starts Debian's PgBouncer before a database; whoever connects is let in. */
export async function startPgBouncer(
  databaseUrl: string,
  { mode, poolSize = 5, settings = {} }: PgBouncerOptions,
): Promise<PgBouncer> {
  const target = new URL(databaseUrl);
  const folder = await foreignFolder();
  const port = await freePort();
  const behind = {
    host: target.hostname,
    port: target.port,
    user: decodeURIComponent(target.username),
    ...(target.password === '' ? {} : { password: decodeURIComponent(target.password) }),
  };
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: mode,
    default_pool_size: String(poolSize),
    max_client_conn: '500',
    ignore_startup_parameters: IGNORED.join(','),
    ...settings,
  };
  const ini = [
    '[databases]',
    `* = ${assignments(behind, ' ')}`,
    '[pgbouncer]',
    assignments(all, '\n'),
    '',
  ];
  const file = join(folder.path, 'pgbouncer.ini');
  await writeFile(file, ini.join('\n'), { mode: 0o644 });
  const pooler = spawnForeign(PROGRAM, [file]);
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const stop = async () => {
    await pooler.end('SIGTERM');
    await folder.remove();
  };
  try {
    await until(async () => {
      if (pooler.child.exitCode !== null) throw new Error(pooler.output());
      return answers(url.href);
    }, 30_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: url.href, output: pooler.output, stop };
}

const assignments = (settings: Record<string, string>, separator: string): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(separator);

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
