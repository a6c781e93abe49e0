import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createTestDatabase } from './database.js';
import type { TestDatabase } from './database.js';

const FOLDER = join(__dirname, '../../migrations');

/** The first migrations, as the first release had them. */
const FIRST = 5;

const FILL = `
  INSERT INTO users (id, email, password_hash, created_at)
    SELECT gen_random_uuid(), n || '@example.com', 'a hash', now() FROM generate_series(1, $1) AS n;
  INSERT INTO sessions (id, user_id, device_id, created_at, authenticated_at, last_used_at, expires_at,
      max_expires_at, token_epoch, global_epoch, secret)
    SELECT gen_random_uuid(), id, 'a device', now(), now(), now(), now() + '1 day', now() + '9 days',
      0, 0, '\\x00' FROM users;
  INSERT INTO revocations (at, kind, user_id, epoch, reason)
    SELECT now(), 'user', id, 1, 'SESSION_REVOKED' FROM users;
  INSERT INTO audit_events (id, at, type, user_id)
    SELECT gen_random_uuid(), now(), 'session.revoked', id FROM users;`;

export interface OldDatabase extends TestDatabase {
  /** A connection of somebody else, by this name; it is ended with the database. */
  connected(name: string): Promise<pg.Client>;
}

/** A database that the first release has left, with so many accounts, sessions and events. */
export async function createOldDatabase({ rows }: { rows: number }): Promise<OldDatabase> {
  const database = await createTestDatabase();
  const clients: pg.Client[] = [];
  const connected = async (name: string) => {
    const client = new pg.Client({ connectionString: database.url, application_name: name });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  await database.query('DROP SCHEMA public CASCADE');
  await database.query('CREATE SCHEMA public');
  await database.query(
    `CREATE TABLE migrations (id serial PRIMARY KEY, name varchar(255), batch integer,
       migration_time timestamptz)`,
  );
  for (const name of (await readdir(FOLDER)).sort().slice(0, FIRST)) {
    await database.query(await readFile(join(FOLDER, name), 'utf8'));
    await database.query('INSERT INTO migrations (name, batch) VALUES ($1, 1)', [name]);
  }
  await database.query(FILL.replaceAll('$1', String(rows)));
  return {
    ...database,
    connected,
    drop: async () => {
      for (const client of clients) await client.end();
      await database.drop();
    },
  };
}
