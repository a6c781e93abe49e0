// npmjs.com/package/connect-pg-simple on express: nothing is written back for a session that was only read.
import session from 'express-session';
import { expressMiddleware } from '@as-integrations/express5';
import connectPgSimple from 'connect-pg-simple';
import express from 'express';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { guardedSchema, startApollo } from '../support/serve-apollo.mjs';
import { ready, told } from '../support/subject.mjs';

const PgStore = connectPgSimple(session);
const pool = new pg.Pool({ connectionString: told.databaseUrl, max: 10 });

const app = express();
app.disable('x-powered-by').disable('etag');
app.use(
  session({
    store: new PgStore({ pool, createTableIfMissing: true, disableTouch: true }),
    secret: randomBytes(32).toString('base64url'),
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: 21_600_000 },
  }),
);
app.use(
  '/graphql',
  express.json(),
  expressMiddleware(await startApollo(guardedSchema('critical')), {
    context: ({ req }) => Promise.resolve({ user: req.session.user }),
  }),
);
app.post('/login', (request, response) => {
  request.session.user = { id: randomUUID() };
  response.end();
});
await once(app.listen(told.port, '127.0.0.1'), 'listening');

const headers = [];
while (headers.length < told.sessions) {
  const answer = await fetch(`http://127.0.0.1:${told.port}/login`, { method: 'POST' });
  await answer.text();
  headers.push({ cookie: answer.headers.get('set-cookie').split(';')[0] });
}
ready(headers);
process.once('SIGTERM', () => process.exit());
