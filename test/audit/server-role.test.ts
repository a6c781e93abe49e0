import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { APPENDED_TABLES, READ_TABLES, SERVER_TABLES } from '../../src/database/server-role.js';
import { ask, login, reasons, refresh, register, tryLogin } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
const ROLE = `server_${randomBytes(6).toString('hex')}`;
let database: TestDatabase;
let url: string;
let server: TestServer;
let asServer: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'hers'`);
  url = as(ROLE, 'hers');
  server = await start({ DATABASE_OWNER_URL: database.url });
  asServer = new pg.Client({ connectionString: url });
  await asServer.connect();
});
afterAll(async () => {
  await asServer.end();
  await server.stop();
  await database.query(`DROP OWNED BY ${ROLE}`);
  await database.query(`DROP ROLE ${ROLE}`);
  await database.drop();
});

function as(role: string, password: string): string {
  const other = new URL(database.url);
  Object.assign(other, { username: role, password });
  return other.href;
}
const start = (env: Record<string, string>) =>
  startTestServer({ database, env: { DATABASE_URL: url, ...env } });

describe('a server whose role owns nothing', () => {
  it.each([
    "UPDATE audit_events SET detail = 'nothing happened'",
    'UPDATE audit_events SET xid = xid WHERE false',
    'DELETE FROM audit_events WHERE false',
    'TRUNCATE audit_events',
    'DROP TABLE audit_events',
    'DROP TRIGGER append_only ON audit_events',
    'ALTER TABLE audit_events DISABLE TRIGGER ALL',
    'ALTER TABLE audit_events DISABLE TRIGGER append_only',
    'ALTER TABLE audit_events ADD COLUMN note text',
    'ALTER TABLE audit_events RENAME TO elsewhere',
    'ALTER TABLE audit_events OWNER TO CURRENT_USER',
    'CREATE RULE quiet AS ON INSERT TO audit_events DO INSTEAD NOTHING',
    'CREATE TRIGGER t BEFORE INSERT ON audit_events EXECUTE FUNCTION refuse_audit_change()',
    'SET session_replication_role = replica',
    'SET ROLE portcullis',
    'DROP FUNCTION forget_audit_events',
    `CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql
       AS 'BEGIN RETURN NULL; END'`,
    "INSERT INTO migrations (name) VALUES ('9999_theirs.sql')",
    'CREATE TABLE notes (note text)',
  ])('cannot %s', async (statement) => {
    const refused = { code: expect.stringMatching(/^42501$/) };
    await expect(asServer.query(statement)).rejects.toMatchObject(refused);
  });

  it('cannot have the retention delete what is younger than 30 days', async () => {
    const count = async () => (await asServer.query('SELECT FROM audit_events')).rowCount;
    const before = await count();
    await asServer.query('CREATE TEMPORARY TABLE audit_events (id uuid, at timestamptz)');
    await asServer.query("SELECT forget_audit_events('0', 1000)");
    await asServer.query('DROP TABLE pg_temp.audit_events');
    expect(before).toBeGreaterThan(0);
    expect(await count()).toBe(before);
  });

  it('does all that a server does', async () => {
    const asked: string[][] = [];
    const admin = await login(server.url, ADMIN.email, ADMIN.password);
    const asAdmin = async (query: string) =>
      asked.push(reasons(await ask(server.url, query, { token: admin.accessToken })));
    let ada = await register(server.url, 'ada@example.com', PASSWORD);
    const asAda = async (query: string) =>
      asked.push(reasons(await ask(server.url, query, { token: ada.accessToken })));
    await tryLogin(server.url, 'ada@example.com', 'a wrong password of hers');
    ada = await refresh(server.url, ada.refreshToken);
    await asAda('{ me { email } mySessions { id } }');
    await asAda(`mutation { reauthenticate(password: "${PASSWORD}") { expiresIn } }`);
    await asAda('mutation { logoutEverywhere(keepCurrent: true) }');
    await asAdmin(`{ users { totalCount } sessions { totalCount } auditLog { edges { cursor } }
      nodes { name } signingKeys { kid } }`);
    await asAdmin('{ stats(since: "2020-01-01T00:00:00Z", bucketSeconds: 864000) { users } }');
    const [user, session] = [`"${ada.user.id}"`, `"${ada.session.id}"`];
    await asAdmin(`mutation { revokeSession(id: ${session}, awaitNodesMs: 2000) { id } }`);
    await asAdmin(`mutation { revokeUserSessions(userId: ${user}) }`);
    await asAdmin(`mutation { setUserScopes(id: ${user}, scopes: ["audit"]) { id } }`);
    await asAdmin(`mutation { disableUser(id: ${user}) { id } }`);
    await asAdmin(`mutation { enableUser(id: ${user}) { id } }`);
    await asAdmin('mutation { rotateSigningKey { kid } }');
    await server.node.cleanUp();
    await asAdmin('mutation { rotateSigningKey(revokeIssued: true) { kid } }');
    expect(asked.flat()).toEqual([]);
    expect(asked).toHaveLength(12);
    expect(server.log()).not.toMatch(/"level":(50|60)/);
  });

  it('starts without the owner’s URL when there is nothing to migrate, else says what is missing', async () => {
    const [last] = await database.query<{ id: number; name: string }>(
      'SELECT id, name FROM migrations ORDER BY id DESC LIMIT 1',
    );
    const again = await start({});
    expect(reasons(await ask(again.url, '{ __typename }'))).toEqual([]);
    await again.stop();
    await database.query('UPDATE migrations SET name = $1 WHERE id = $2', [
      '0001_users.sql',
      last!.id,
    ]);
    await expect(start({})).rejects.toThrow(
      'PostgreSQL at DATABASE_URL does not let its role migrate; run portcullis migrate with DATABASE_OWNER_URL.',
    );
    await database.query('UPDATE migrations SET name = $1 WHERE id = $2', [last!.name, last!.id]);
  });

  it('knows every table that there is', async () => {
    const tables = await database.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    const known = [...SERVER_TABLES, ...APPENDED_TABLES, ...READ_TABLES];
    expect(tables.map(({ name }) => name).sort()).toEqual([...known].sort());
  });
});

describe('DATABASE_OWNER_URL', () => {
  const refused = (env: Record<string, string>) =>
    expect(start({ DATABASE_OWNER_URL: database.url, ...env })).rejects;

  it('is refused beside a role that can do the same', async () => {
    const words = 'The role of DATABASE_URL can do what the owner of the tables can.';
    await refused({ DATABASE_URL: database.url }).toThrow(words);
    await database.query(`GRANT portcullis TO ${ROLE}`);
    await refused({}).toThrow(words);
    await database.query(`REVOKE portcullis FROM ${ROLE}`);
  });

  it('is refused beside a role that there is not', async () => {
    await refused({ DATABASE_URL: as('nobody_at_all', 'x') }).toThrow(
      'DATABASE_URL names a role that does not exist; create it first.',
    );
    await refused({ DATABASE_URL: as('', '') }).toThrow(
      'DATABASE_URL must name its role where DATABASE_OWNER_URL is set.',
    );
  });

  it('takes away what the role had too much', async () => {
    await database.query(`GRANT DELETE, UPDATE, TRUNCATE ON audit_events TO ${ROLE}`);
    await (await start({ DATABASE_OWNER_URL: database.url })).stop();
    const statement = 'DELETE FROM audit_events WHERE false';
    await expect(asServer.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});
