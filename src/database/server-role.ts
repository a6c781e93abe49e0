import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { StartupError } from '../errors/startup-error.js';
import { translateFailure } from './failures.js';
import type { MigrateOptions } from './migration-waits.js';
import { migrate } from './migrator.js';

/** The ways to one database. */
export interface DatabaseAccess {
  /** As the server. */
  readonly url: string;
  /** As the owner of the tables, where that is another role. */
  readonly ownerUrl?: string | undefined;
  /** Whether the owner makes the server's role if there is none. Default false. */
  readonly makesRole?: boolean;
}

/** What a server reads and writes. A table that is not here is none of its business. */
export const SERVER_TABLES = [
  ...['users', 'global_epochs', 'sessions', 'revocations', 'signing_keys', 'nodes', 'receipts'],
  ...['ended_sessions', 'session_cuts', 'password_attempts', 'known_places', 'rate_limits'],
  ...['webhook_deliveries', 'migrations_lock'],
] as const;
const SERVER_SEQUENCES = ['session_cut_numbers', 'migrations_lock_index_seq'] as const;
/** The log: what is there, no server changes or deletes. */
export const APPENDED_TABLES = ['audit_events'] as const;
export const READ_TABLES = ['migrations'] as const;

/** Any number, the same on all nodes. */
const LOCK = 7_053_219_432;

/**
 * Brings the database up to date, as its owner, and lets the server's role do what a server does.
 * Answers the names of the migrations that it applied.
 * @throws StartupError, PortcullisError STORE_UNAVAILABLE, StatementError.
 */
export async function prepareDatabase(
  access: DatabaseAccess,
  options: MigrateOptions = {},
): Promise<string[]> {
  const { url, ownerUrl } = access;
  const applied = await migrate(ownerUrl ?? url, options);
  if (ownerUrl !== undefined) await admitServer(ownerUrl, access);
  return applied;
}

async function admitServer(ownerUrl: string, access: DatabaseAccess): Promise<void> {
  const { role, password } = roleOf(access.url);
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN');
    // Two that grant the same at once get in each other's way.
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    if (access.makesRole === true) await makeRole(client, role, password);
    await refuseOwner(client, role);
    await client.query(await grants(client, pg.escapeIdentifier(role)));
    await client.query('COMMIT');
  } catch (error) {
    throw error instanceof StartupError ? error : translateFailure(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function roleOf(url: string): { role: string; password: string } {
  const { username, password } = new URL(url);
  if (username !== '') {
    return { role: decodeURIComponent(username), password: decodeURIComponent(password) };
  }
  throw new StartupError('DATABASE_URL must name its role where DATABASE_OWNER_URL is set.');
}

async function refuseOwner(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ there: boolean; owns: boolean }>(
    `SELECT count(*) > 0 AS there, coalesce(bool_or(pg_has_role(r.oid, c.relowner, 'MEMBER')), false) AS owns
     FROM pg_roles r, pg_class c WHERE r.rolname = $1 AND c.oid = 'audit_events'::regclass`,
    [role],
  );
  if (rows[0]?.there !== true) {
    throw new StartupError('DATABASE_URL names a role that does not exist; create it first.');
  }
  if (rows[0].owns) {
    throw new StartupError(
      'The role of DATABASE_URL can do what the owner of the tables can. Beside DATABASE_OWNER_URL it must be another one, no superuser and no member of the owner.',
    );
  }
}

async function grants(client: pg.Client, role: string): Promise<string> {
  const { rows } = await client.query<{ schema: string }>('SELECT current_schema() AS schema');
  const schema = pg.escapeIdentifier(rows[0]?.schema ?? 'public');
  const inSchema = (names: readonly string[]) =>
    names.map((name) => `${schema}.${pg.escapeIdentifier(name)}`).join(', ');
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${inSchema(SERVER_TABLES)} TO ${role}`,
    `GRANT USAGE ON SEQUENCE ${inSchema(SERVER_SEQUENCES)} TO ${role}`,
    // It may have had more, from somebody's hand.
    `REVOKE ALL ON ${inSchema([...APPENDED_TABLES, ...READ_TABLES])} FROM ${role}`,
    `GRANT SELECT, INSERT ON ${inSchema(APPENDED_TABLES)} TO ${role}`,
    `GRANT SELECT ON ${inSchema(READ_TABLES)} TO ${role}`,
    `GRANT EXECUTE ON FUNCTION ${schema}.forget_audit_events(interval, integer) TO ${role}`,
  ].join('; ');
}

async function makeRole(client: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount === 1) return;
  const verifier = pg.escapeLiteral(scramVerifier(password));
  await client.query(`CREATE ROLE ${pg.escapeIdentifier(role)} LOGIN PASSWORD ${verifier}`);
}

/** What PostgreSQL stores of a password (RFC 5803), so that no log of statements has the password. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const rounds = 4_096;
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  const server = keyed('Server Key').toString('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${stored}:${server}`;
}
