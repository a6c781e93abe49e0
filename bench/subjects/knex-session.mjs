// knexjs.org/guide/query-builder and node-postgres.com/features/queries: one look-up of the session and its user.
import { randomUUID } from 'node:crypto';
import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import jwt from 'jsonwebtoken';
import knexTo from 'knex';
import pg from 'pg';
import { guardedSchema, serveApollo, unauthenticated } from '../support/serve-apollo.mjs';
import { asBearers, bearerOf, keys, signTokens } from '../support/signed-tokens.mjs';
import { fieldsOf, resolversOf, told } from '../support/subject.mjs';

const MAX = 10;
const pool = new pg.Pool({ connectionString: told.databaseUrl, max: MAX });
const knex = knexTo({ client: 'pg', connection: told.databaseUrl, pool: { min: MAX, max: MAX } });

await pool.query(`
  CREATE TABLE users (id uuid PRIMARY KEY, status text NOT NULL);
  CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    revoked_at timestamptz,
    expires_at timestamptz NOT NULL
  )`);
const ids = Array.from({ length: told.sessions }, () => randomUUID());
await pool.query(`INSERT INTO users SELECT id, 'active' FROM unnest($1::uuid[]) id`, [ids]);
await pool.query(
  `INSERT INTO sessions SELECT id, id, NULL, now() + interval '6 h' FROM unnest($1::uuid[]) id`,
  [ids],
);
await pool.query('ANALYZE');

const byKnex = (id) =>
  knex('sessions')
    .join('users', 'users.id', 'sessions.user_id')
    .where('sessions.id', id)
    .whereNull('sessions.revoked_at')
    .where('sessions.expires_at', '>', knex.fn.now())
    .first('sessions.id', 'users.id as user_id', 'users.status');

const SELECT = `SELECT sessions.id, users.id AS user_id, users.status
  FROM sessions JOIN users ON users.id = sessions.user_id
  WHERE sessions.revoked_at IS NULL AND sessions.expires_at > now() AND sessions.id`;

async function byStatement(id) {
  const { rows } = await pool.query({ name: 'session', text: `${SELECT} = $1`, values: [id] });
  return rows[0];
}

async function byMany(wanted) {
  const query = { name: 'sessions', text: `${SELECT} = ANY ($1)`, values: [wanted] };
  const { rows } = await pool.query(query);
  const found = new Map(rows.map((row) => [row.id, row]));
  return wanted.map((id) => found.get(id));
}

// The signature is paid for once a token, so that the look-up alone is compared.
const verified = new Map();

function sessionIdOf(authorization) {
  const token = bearerOf(authorization);
  const known = verified.get(token);
  if (known && known.exp * 1_000 > Date.now()) return known.sid;
  try {
    const claims = jwt.verify(token, keys.verifyWith, { algorithms: [told.algorithm] });
    verified.set(token, claims);
    return claims.sid;
  } catch {
    return undefined;
  }
}

/** Each field asks the loader of its request, which asks the database for the first of them. */
const loadingSchema = () =>
  makeExecutableSchema({
    typeDefs: `type Query { ${fieldsOf({ critical: '' })} }`,
    resolvers: {
      Query: Object.fromEntries(
        Object.entries(resolversOf(['critical'])).map(([name, resolve]) => [
          name,
          async (parent, input, { id, sessions }) => {
            if (id === undefined || !(await sessions.load(id))) throw unauthenticated();
            return resolve();
          },
        ]),
      ),
    },
  });

const headers = asBearers(signTokens(ids));
if (told.way === 'loader-per-request') {
  const context = ({ headers: { authorization } }) =>
    Promise.resolve({ id: sessionIdOf(authorization), sessions: new DataLoader(byMany) });
  await serveApollo(loadingSchema(), context, headers);
} else {
  const lookUp = told.way === 'pg' ? byStatement : byKnex;
  const context = async ({ headers: { authorization } }) => {
    const id = sessionIdOf(authorization);
    return { user: id === undefined ? undefined : await lookUp(id) };
  };
  await serveApollo(guardedSchema('critical'), context, headers);
}
