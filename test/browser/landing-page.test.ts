import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../support/browser.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { describeUnless } from '../support/skip.js';

/** In the place of Apollo's, which is not there offline: it frames what it frames, and keeps its options. */
const SANDBOX = `window.EmbeddedSandbox = class {
  constructor(options) {
    window.sandbox = options;
    const frame = document.createElement('iframe');
    frame.src = 'https://sandbox.embed.apollographql.com/sandbox/explorer';
    document.querySelector(options.target).append(frame);
  }
};`;

describeUnless(noBrowser)('the landing page, in Chromium', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  const refused: string[] = [];
  beforeAll(async () => {
    server = await startTestServer({ env: { NODE_ENV: 'development' } });
    browser = await startBrowser();
    page = await browser.newPage();
    await page.route(/^https:/, (route) => {
      const isScript = route.request().resourceType() === 'script';
      return route.fulfill({
        contentType: isScript ? 'text/javascript' : 'text/html',
        body: isScript ? SANDBOX : '',
      });
    });
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text());
    });
    await page.goto(`${server.url}/`);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it('runs the Sandbox under its policy, with a login ready, and nothing of it is refused', async () => {
    const sandbox = await page.evaluate('window.sandbox');
    expect(sandbox).toMatchObject({ initialState: { document: expect.stringContaining('login') } });
    await page.frameLocator('iframe').locator('body').waitFor({ state: 'attached' });
    expect(refused).toEqual([]);
  });

  it('asks this server, as a page of this origin, and no other', async () => {
    const ask = (url: string) =>
      page.evaluate(async (to) => {
        const body = JSON.stringify({ query: 'mutation { logout }' });
        const headers = { 'content-type': 'application/json' };
        return fetch(to, { method: 'POST', headers, body }).then(
          (response) => response.text(),
          () => 'refused',
        );
      }, url);
    expect(await ask('/graphql')).toContain('"data":{"logout":true}');
    expect(await ask('https://evil.example.com/')).toBe('refused');
  });

  it('runs no script that is put into it', async () => {
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.planted = true';
      document.body.append(script);
      const image = document.createElement('div');
      image.innerHTML = '<img src="x" onerror="window.planted = true">';
      document.body.append(image);
      return 'planted' in window;
    });
    expect(ran).toBe(false);
    expect(refused.join()).toContain('inline');
  });
});
