// better-auth.com/docs/guides/optimizing-for-performance and concepts/session-management: joins on, no refresh by use.
import { randomBytes, randomUUID } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import pg from 'pg';
import { guardedSchema, serveApollo } from '../support/serve-apollo.mjs';
import { told } from '../support/subject.mjs';

/** The session is read from a signed cookie and not from the database. */
const cached = told.way === 'cookie-cache';

const options = {
  baseURL: `http://127.0.0.1:${told.port}`,
  secret: randomBytes(32).toString('base64url'),
  database: new pg.Pool({ connectionString: told.databaseUrl, max: 10 }),
  advanced: { database: { joins: true } },
  emailAndPassword: {
    enabled: true,
    // Signing in is not what is measured.
    password: { hash: (text) => Promise.resolve(text), verify: () => Promise.resolve(true) },
  },
  session: {
    disableSessionRefresh: true,
    cookieCache: { enabled: cached, maxAge: 21_600 },
  },
  logger: { disabled: true },
  telemetry: { enabled: false },
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const auth = betterAuth(options);

const cookies = [];
while (cookies.length < told.sessions) {
  const { headers } = await auth.api.signUpEmail({
    body: { email: `${randomUUID()}@example.com`, password: randomUUID(), name: 'Ada' },
    returnHeaders: true,
  });
  const pairs = headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  cookies.push({ cookie: pairs.join('; ') });
}

async function userOf(cookie) {
  if (cookie === undefined) return undefined;
  const found = await auth.api.getSession({ headers: new Headers({ cookie }) });
  return found?.user;
}

await serveApollo(
  guardedSchema(cached ? 'auth' : 'critical'),
  async ({ headers: { cookie } }) => ({ user: await userOf(cookie) }),
  cookies,
);
