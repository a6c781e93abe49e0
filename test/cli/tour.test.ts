import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TourError, tour } from '../../src/cli/tour/index.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** What the tour printed, and the error that it ended with. */
async function take(options: Parameters<typeof tour>[0], isTTY = false) {
  let told = '';
  const output = { isTTY, write: (text: string) => void (told += text) };
  const error = await tour(options, output).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return { told, error };
}

const admin = () => ({ url: server.url, ...ADMIN });

describe('the tour of a running server', () => {
  it('tells every step with its request, its answer and its time', async () => {
    const { told, error } = await take(admin());
    expect(error).toBeUndefined();
    const numbers = [...told.matchAll(/^ *(\d+)\. /gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 27 }, (_, index) => index + 1));
    expect(told.match(/^ {5}> (query|mutation) [A-Z]/gm)).toHaveLength(27);
    expect(told.match(/^ {5}< (200|401) .* \(\d+ ms\)$/gm)).toHaveLength(28);
    expect(told).toMatch(/\n27 steps, all answered as told, in \d+\.\d s\.\n$/);
  });

  it('says what it leaves out, since the grace of somebody else’s server is not its to wait for', async () => {
    const { told } = await take(admin());
    expect(told).toContain('Not shown: a replay after the grace, caught as theft.');
    expect(told).not.toContain('REFRESH_REUSED');
  });

  it('prints neither a password nor a whole token', async () => {
    const { told } = await take(admin());
    expect(told).not.toContain(ADMIN.password);
    expect(told).toMatch(/password: '…'/);
    expect(told).not.toMatch(/[\w.-]{60}/);
  });

  it('takes the address of the API too', async () => {
    const { error } = await take({ ...admin(), url: `${server.url}/graphql/` });
    expect(error).toBeUndefined();
  });

  it('styles its lines on a terminal only', async () => {
    const terminal = await take(admin(), true);
    expect(terminal.told).toContain('\u001b[2m');
    const pipe = await take(admin());
    expect(pipe.told).not.toContain('\u001b');
  });

  it('stops at the first answer that is otherwise than told, and shows both', async () => {
    const { told, error } = await take({ ...admin(), password: 'not the password' });
    expect(error).toEqual(new TourError('Step 9 of the tour was answered otherwise than told.'));
    const [actual, expected, ...more] = told.split('\n').slice(-3, -1);
    expect(actual).toContain('INVALID_CREDENTIALS/INVALID_CREDENTIALS at login');
    expect(expected).toContain("expected: 200 { login: { user: { email: 'admin@example.com' }");
    expect(more).toEqual([]);
  });

  it('stops at the sign-up where registration is closed', async () => {
    const closed = await startTestServer({ env: { REGISTRATION: 'closed' } });
    const { told, error } = await take({ url: closed.url, ...ADMIN });
    await closed.stop();
    expect(error?.message).toBe('Step 2 of the tour was answered otherwise than told.');
    expect(told).toContain('FORBIDDEN/REGISTRATION_CLOSED at register');
  });
});

describe('the tour refuses', () => {
  it.each([
    [
      'a server without an admin',
      { url: 'http://127.0.0.1:1' },
      'A running server needs --email and --password of one of its admins.',
    ],
    [
      'an admin without a server',
      { email: ADMIN.email, password: ADMIN.password },
      '--email and --password are those of a server that --url names.',
    ],
    [
      'what is no address',
      { url: '127.0.0.1:4000', ...ADMIN },
      '--url must be such as http://127.0.0.1:4000',
    ],
  ])('%s', async (_, options, message) => {
    expect(await take(options)).toEqual({ told: '', error: new TourError(message) });
  });

  it('a server that does not answer', async () => {
    const { error } = await take({ url: 'http://127.0.0.1:1', ...ADMIN });
    expect(error).toBeInstanceOf(TourError);
    expect(error?.message).toContain('http://127.0.0.1:1/graphql does not answer');
  });

  it('a server that is no GraphQL server', async () => {
    const website = createServer((_request, response) => response.end('<h1>Hello</h1>'));
    await once(website.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(website.address() as AddressInfo).port}`;
    const { error } = await take({ url, ...ADMIN });
    website.close();
    expect(error).toEqual(new TourError(`${url}/graphql does not speak GraphQL.`));
  });
});
