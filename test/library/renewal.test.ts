import { ask } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { ADMIN } from '../support/server.js';
import { startLibraryServer } from './support.js';

it('under sliding a token from before the window is renewed, and no cache keeps the answer', async () => {
  const clock = new TestClock();
  const server = await startLibraryServer({
    clock,
    scheme: 'sliding',
    slidingWindow: '1m',
    typeDefs: `
      enum CacheControlScope { PUBLIC PRIVATE }
      directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION
      type Query { kept: String @auth @cacheControl(maxAge: 60) }`,
    ownResolvers: { Query: { kept: () => 'kept' } },
  });
  const login = `login(input: { email: "${ADMIN.email}", password: "${ADMIN.password}" })`;
  const { data } = await ask(server.url, `mutation { ${login} { accessToken } }`);
  const { accessToken: token } = data?.['login'] as { accessToken: string };
  const read = async () => {
    const { headers, ...answer } = await ask(server.url, '{ kept }', { token });
    const renewed = headers.get('x-portcullis-access-token');
    return [answer.data, renewed === null, headers.get('cache-control')];
  };
  expect(await read()).toEqual([{ kept: 'kept' }, true, 'max-age=60, private']);
  clock.advance(2 * 60_000);
  expect(await read()).toEqual([{ kept: 'kept' }, false, 'no-store']);
  await server.stop();
});
