import { ask, reasons, tryLogin } from '../support/client.js';
import { atField, refused, verdict } from '../support/errors.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const TOO_MANY = { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS', retryAfter: 1 };

/** Takes every place of the queue of hashes; settles when they are all computed. */
function fill(): Promise<unknown> {
  const { hasher } = server.node.deps;
  const hashes: Promise<boolean>[] = [];
  while (!hasher.full) hashes.push(hasher.verify(undefined, 'keeps it busy'));
  return Promise.all(hashes);
}

describe('a full queue of password hashes', () => {
  it('refuses a login before execution, with 429 and Retry-After', async () => {
    const busy = fill();
    const answer = await tryLogin(server.url, ADMIN.email, ADMIN.password);
    await busy;
    expect(verdict(answer)).toEqual({ ...refused(429, TOO_MANY, null), retryAfter: '1' });
    expect(reasons(await tryLogin(server.url, ADMIN.email, ADMIN.password))).toEqual([]);
  });

  it('does not touch those who bring no password', async () => {
    const busy = fill();
    const answer = await ask(server.url, '{ fieldPolicies { coordinate } }');
    await busy;
    expect(answer.status).toBe(200);
  });

  it('that fills up during an operation refuses at the field', async () => {
    const { database } = server.node.deps;
    const read = database.read.bind(database);
    let busy: Promise<unknown> = Promise.resolve();
    const spy = jest.spyOn(database, 'read').mockImplementation(async (work) => {
      const row = await read(work);
      busy = fill();
      return row;
    });
    const answer = await tryLogin(server.url, ADMIN.email, ADMIN.password);
    spy.mockRestore();
    await busy;
    expect(verdict(answer)).toEqual(atField('login', TOO_MANY));
  });
});
