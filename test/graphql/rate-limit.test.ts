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

/** Takes every place of the queue of hashes, again and again. Answers how to let go of them. */
function fill(): () => Promise<unknown> {
  const { hasher } = server.node.deps;
  const hashes: Promise<unknown>[] = [];
  let letGo = false;
  const take = (): void => {
    while (!letGo && !hasher.full) hashes.push(hasher.hash('keeps it busy').then(take));
  };
  take();
  return () => {
    letGo = true;
    return Promise.all(hashes);
  };
}

describe('a full queue of password hashes', () => {
  it('refuses a login before execution, with 429 and Retry-After, and nobody who brings no password', async () => {
    const letGo = fill();
    const answer = await tryLogin(server.url, ADMIN.email, ADMIN.password);
    const other = await ask(server.url, '{ fieldPolicies { coordinate } }');
    await letGo();
    expect(other.status).toBe(200);
    expect(verdict(answer)).toEqual({ ...refused(429, TOO_MANY, null), retryAfter: '1' });
    expect(reasons(await tryLogin(server.url, ADMIN.email, ADMIN.password))).toEqual([]);
  });

  it('that fills up during an operation refuses at the field', async () => {
    const { database } = server.node.deps;
    const read = database.read.bind(database);
    let letGo: ReturnType<typeof fill> | undefined;
    const spy = jest.spyOn(database, 'read').mockImplementation(async (work) => {
      const row = await read(work);
      letGo ??= fill();
      return row;
    });
    const answer = await tryLogin(server.url, ADMIN.email, ADMIN.password);
    spy.mockRestore();
    await letGo?.();
    expect(verdict(answer)).toEqual(atField('login', TOO_MANY));
  });
});
