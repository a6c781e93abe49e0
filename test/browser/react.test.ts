import { build } from 'esbuild';
import { renderToString } from 'react-dom/server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ADA, createTestClient } from '../client/support.js';
import { noBrowser, startBrowser } from '../support/browser.js';
import { ask, login } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { describeUnless } from '../support/skip.js';
import { page as tree } from './react-page.js';

jest.setTimeout(60_000);

const SCRIPT = `
  import { hydrateRoot } from 'react-dom/client';
  import { createAuthClient } from '../../src/public/client.js';
  import { page } from './react-page.js';
  window.auth = createAuthClient({ endpoint: '/graphql' });
  window.mismatches = [];
  hydrateRoot(document.getElementById('root'), page(window.auth), {
    onRecoverableError: (error) => window.mismatches.push(String(error)),
  });`;

describeUnless(noBrowser)('react in Chromium', () => {
  let browser: Browser;
  let context: BrowserContext;
  let server: TestServer;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startTestServer(), startBrowser()]);
    const { outputFiles } = await build({
      stdin: { contents: SCRIPT, resolveDir: __dirname, loader: 'ts' },
      ...{ bundle: true, write: false, format: 'iife', logLevel: 'silent' },
    });
    const { auth } = createTestClient(server.url);
    await auth.register(ADA);
    await server.database.query("UPDATE users SET scopes = '{user}' WHERE email = $1", [ADA.email]);
    const body = `<!doctype html><div id="root">${renderToString(tree(auth))}</div>`;
    context = await browser.newContext();
    await context.route('**/app', (route) => route.fulfill({ contentType: 'text/html', body }));
    await context.route('**/app.js', (route) => route.fulfill({ body: outputFiles[0]!.text }));
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  const lines = (page: Page) => page.locator('p').allTextContents();
  const hydrate = async (page: Page) => {
    await page.goto(`${server.url}/app`);
    expect(await lines(page)).toEqual(['a moment', 'a moment', 'a moment']);
    await page.addScriptTag({ url: '/app.js' });
    await page.waitForFunction('!document.body.textContent.includes("a moment")');
    expect(await page.evaluate('mismatches')).toEqual([]);
  };

  it('hydrates what the server has rendered, and then shows who is signed in', async () => {
    const page = await context.newPage();
    await hydrate(page);
    expect(await lines(page)).toEqual(['not for you', 'not for you', 'not for you']);
    await page.evaluate(`auth.login(${JSON.stringify(ADA)})`);
    await page.getByText(ADA.email).first().waitFor();
    const shown = [ADA.email, ADA.email, 'not for you'];
    expect(await lines(page)).toEqual(shown);
    await hydrate(page);
    expect(await lines(page)).toEqual(shown);
    await revoke(ADA.email);
    await page.evaluate(`auth.request('{ me { email } }')`);
    await page.waitForFunction(`!document.body.textContent.includes('${ADA.email}')`);
    expect(await lines(page)).toEqual(['not for you', 'not for you', 'not for you']);
  });

  const revoke = async (email: string) => {
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    const find = 'SELECT id FROM users WHERE email = $1';
    const [variables] = await server.database.query<{ id: string }>(find, [email]);
    const query = 'mutation ($id: ID!) { revokeUserSessions(userId: $id) }';
    const { errors } = await ask(server.url, query, { token, variables: { ...variables } });
    expect(errors).toBeUndefined();
  };
});
