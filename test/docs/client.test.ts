import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createAuthClient } from '../../src/client/index.js';
import type { AuthClientOptions } from '../../src/client/index.js';
import { register } from '../support/client.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PAGE = readFileSync(resolve(__dirname, '../../docs/client.md'), 'utf8');
const ADA = { email: 'ada@example.com', password: 'a password of some length' };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await register(server.url, ADA.email, ADA.password);
});
afterAll(() => server.stop());

it('the page of the client begins with what signs in', async () => {
  const [, snippet = ''] = /^```js\n([\s\S]*?)^```$/m.exec(PAGE) ?? [];
  expect(snippet).toMatch(/^import { createAuthClient } from 'portcullis\/client';\n/);
  const shown: string[] = [];
  let made: ReturnType<typeof createAuthClient> | undefined;
  // A page has its own origin and a cookie jar; here are neither.
  const create = (options: AuthClientOptions) =>
    (made = createAuthClient({
      ...{ ...options, live: false, transport: 'bearer' },
      endpoint: new URL(options.endpoint, server.url).href,
    }));
  const names = ['createAuthClient', 'show', 'email', 'password'];
  const body = `return (async () => { ${snippet.replace(/^import .*\n/, '')} return { data, errors }; })()`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own words
  const run = new Function(...names, body) as (...given: unknown[]) => Promise<unknown>;
  const show = (type: string) => shown.push(type);
  expect(await run(create, show, ADA.email, ADA.password)).toEqual({
    data: { me: { email: ADA.email } },
  });
  expect(shown).toEqual(['signed-out', 'signed-in']);
  made?.dispose();
});

it('the page of the client names every event', () => {
  const types = ['signed-in', 'refreshed', 'signed-out', 'revoked', 'disabled'];
  for (const type of [...types, 'reauthentication-required', 'refresh-failed']) {
    expect(PAGE).toContain(`| \`${type}\` `);
  }
});
