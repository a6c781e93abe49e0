import { createPortcullis } from '../../src/library/index.js';
import { createTestDatabase } from '../support/database.js';
import { ask, login, reasons } from '../support/client.js';
import { startProxy } from '../support/proxy.js';
import { ADMIN, SECRET } from '../support/server.js';
import { until } from '../support/until.js';
import { startLibraryServer } from './support.js';

/** A log of a team's own. */
function notes() {
  const lines: unknown[][] = [];
  const note = (...line: unknown[]) => void lines.push(line);
  return { lines, log: { info: () => undefined, warn: note, error: note } };
}

const SECRET_WORDS = 'password=hunter2 at db.internal';

it('what goes wrong is told to the team’s own log, and nothing of it to clients', async () => {
  const { lines, log } = notes();
  const server = await startLibraryServer({
    log,
    claims: () => ({ sub: SECRET_WORDS }),
    conditions: {
      broken: () => {
        throw new Error(SECRET_WORDS);
      },
    },
    typeDefs: 'type Query { x: String @auth(when: "broken") }',
  });
  const login1 = `login(input: { email: "${ADMIN.email}", password: "${ADMIN.password}" })`;
  const answer = await ask(server.url, `mutation { ${login1} { accessToken } }`);
  expect(reasons(answer)).toEqual(['INTERNAL_SERVER_ERROR/INTERNAL']);
  expect(JSON.stringify(answer)).not.toContain('sub');
  const requestId = answer.errors?.[0]?.extensions['requestId'];
  expect(lines).toEqual([
    [{ requestId, err: new Error("the claim sub is not the team's to say") }, 'unexpected error'],
  ]);
  await server.stop();
});

it('a condition that throws is told too', async () => {
  const { lines, log } = notes();
  const server = await startLibraryServer({
    log,
    conditions: { broken: () => Promise.reject(new Error(SECRET_WORDS)) },
    typeDefs: 'type Query { x: String @auth(when: "broken") }',
  });
  const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
  const answer = await ask(server.url, '{ x }', { token });
  expect(JSON.stringify(answer)).not.toContain('hunter2');
  expect(reasons(answer)).toEqual(['FORBIDDEN/CONDITION_NOT_MET']);
  expect(lines).toEqual([
    [{ condition: 'broken', err: new Error(SECRET_WORDS) }, 'a condition threw'],
  ]);
  await server.stop();
});

it('a database that never comes is waited for, and the waiting can be ended', async () => {
  const { lines, log } = notes();
  const portcullis = createPortcullis({
    log,
    nodeEnv: 'test',
    secret: SECRET,
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
  });
  const over = expect(portcullis.ready()).rejects.toMatchObject({ name: 'AbortError' });
  // The first attempt has failed once it is told.
  while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(lines[0]).toEqual([{ reason: 'the database does not answer' }, 'not ready']);
  await portcullis.stop();
  await over;
});

it('a store that goes away is no reason to stop what needs none, and is found again', async () => {
  const { log } = notes();
  const database = await createTestDatabase();
  const proxy = await startProxy(database.url);
  const server = await startLibraryServer({
    log,
    databaseUrl: proxy.url,
    typeDefs: 'type Query { open: String @public  kept: String @auth  fresh: String @critical }',
    ownResolvers: { Query: { open: () => 'open', kept: () => 'kept', fresh: () => 'fresh' } },
  });
  const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
  const query = '{ open kept fresh }';
  proxy.refuse();
  const answer = await ask(server.url, query, { token });
  expect([answer.data, reasons(answer)]).toEqual([
    { open: 'open', kept: 'kept', fresh: null },
    ['AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE'],
  ]);
  proxy.heal();
  await until(async () => (await ask(server.url, query, { token })).errors === undefined);
  await server.stop();
  await proxy.stop();
  await database.drop();
});
