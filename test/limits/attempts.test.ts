import { ask, login, reasons } from '../support/client.js';
import type { Answer } from '../support/client.js';
import { post } from '../support/post.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect } from '../support/socket.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => server.stop());

const GUESS = `login(input: { email: "${ADMIN.email}", password: "a guess" }) { expiresIn }`;
const guesses = (count: number) =>
  Array.from({ length: count }, (_, index) => `g${index}: ${GUESS}`).join(' ');
const REFUSED = { code: 'BAD_USER_INPUT', reason: 'query.attempts' };

type Door = (query: string) => Promise<Pick<Answer, 'data' | 'errors'>>;
const DOORS: Readonly<Record<string, Door>> = {
  POST: (query) => ask(server.url, query),
  WebSocket: async (query) => {
    const socket = await connect(server.url);
    const answer = await socket.ask(query);
    await socket.close();
    return answer;
  },
};

describe.each(Object.entries(DOORS))('by %s', (_name, door) => {
  it.each([
    ['1,000 log-ins under aliases', `mutation { ${guesses(1_000)} }`],
    ['two log-ins under aliases', `mutation { ${guesses(2)} }`],
    ['one log-in under its own name and one under an alias', `mutation { ${GUESS} g: ${GUESS} }`],
    [
      'log-ins in fragments',
      `mutation { ...F ... { ...G } } fragment F on Mutation { ${guesses(1)} }
       fragment G on Mutation { b: ${GUESS} }`,
    ],
    [
      'a log-in and another that a default includes',
      `mutation ($yes: Boolean = true) { ${GUESS} ... @include(if: $yes) { b: ${GUESS} } }`,
    ],
    ['a log-in and a refresh', `mutation { ${GUESS} refresh(refreshToken: "x") { expiresIn } }`],
    [
      'a log-in and a registration',
      `mutation { ${GUESS} register(input: { email: "a@example.com", password: "a password of some length" }) { expiresIn } }`,
    ],
  ])('%s are refused as a whole: no password is compared', async (_what, query) => {
    const verify = jest.spyOn(server.node.deps.hasher, 'verify');
    const hash = jest.spyOn(server.node.deps.hasher, 'hash');
    const { data, errors = [] } = await door(query);
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
    const limit = query.length > 10_000 ? 'query.tokens' : 'query.attempts';
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', reason: limit });
    expect([verify.mock.calls, hash.mock.calls]).toEqual([[], []]);
  });

  it.each([
    ['one log-in twice under one name', `mutation { ${GUESS} ${GUESS} }`],
    ['a second that is skipped', `mutation { ${GUESS} ... @skip(if: true) { b: ${GUESS} } }`],
    ['a log-out beside it', `mutation { ${GUESS} logout(refreshToken: "x") }`],
  ])('%s is one attempt', async (_what, query) => {
    const verify = jest.spyOn(server.node.deps.hasher, 'verify');
    const answer = await door(query);
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual([
      'INVALID_CREDENTIALS',
    ]);
    expect(verify).toHaveBeenCalledTimes(1);
  });
});

it('two attempts of the signed-in are one too many too', async () => {
  const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
  const verify = jest.spyOn(server.node.deps.hasher, 'verify');
  const answer = await ask(
    server.url,
    'mutation { a: reauthenticate(password: "x") { expiresIn } changePassword(currentPassword: "y", newPassword: "a new password of length") { expiresIn } }',
    { token },
  );
  expect(answer).toMatchObject({ status: 400, errors: [{ extensions: REFUSED }] });
  expect(verify).not.toHaveBeenCalled();
});

it('a list of requests is refused as a whole', async () => {
  const verify = jest.spyOn(server.node.deps.hasher, 'verify');
  const one = { query: `mutation { ${GUESS} }` };
  const answer = await post(server.url, JSON.stringify(Array.from({ length: 300 }, () => one)));
  expect([answer.status, reasons(answer)]).toEqual([400, ['BAD_USER_INPUT/request']]);
  expect(verify).not.toHaveBeenCalled();
});
