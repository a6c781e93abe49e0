import type { Browser, BrowserContext, Page } from 'playwright-core';
import { blocksOf } from '../readme/readme.js';
import { noBrowser, servePages, startBrowser } from '../support/browser.js';
import type { Pages } from '../support/browser.js';
import { reasons, register } from '../support/client.js';
import type { Answer } from '../support/client.js';
import { LOGIN, LOGOUT, REFRESH } from '../support/cookies.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { describeUnless } from '../support/skip.js';

jest.setTimeout(120_000);

const PASSWORD = 'a password of some length';
const ADA = { email: 'ada@example.com', password: PASSWORD, transport: 'COOKIE' };
const MALLORY = { email: ADMIN.email, password: ADMIN.password, transport: 'COOKIE' };

describeUnless(noBrowser)('in Chromium', () => {
  let browser: Browser;
  let context: BrowserContext;
  let server: TestServer;
  /** Not listed, and listed: each is both `127.0.0.1`, the same site as the server, and `localhost`, another. */
  let strangers: Pages;
  let friends: Pages;
  beforeAll(async () => {
    [strangers, friends, browser] = await Promise.all([servePages(), servePages(), startBrowser()]);
    const listed = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${friends.port}`);
    server = await startTestServer({ env: { ALLOWED_ORIGINS: listed.join() } });
    await register(server.url, ADA.email, ADA.password);
  });
  beforeEach(async () => {
    context = await browser.newContext();
    // An app of the server's own origin; what the server itself answers may load and ask nothing.
    await context.route('**/app', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>an app</title>' }),
    );
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await browser.close();
    await Promise.all([strangers.stop(), friends.stop()]);
    await server.stop();
  });

  /** A tab with a page of the server's own origin, or of another. */
  const open = async (url = `${server.url}/app`): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };

  /** Asks as the scripts of a page would. Answers why where the browser does not let it. */
  const ask = (page: Page, query: string, variables: object = {}): Promise<Answer> =>
    page.evaluate(
      async ([url, body]) => {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          credentials: 'include',
          headers: { 'content-type': 'application/json' },
          body,
        });
        return { status: response.status, ...((await response.json()) as object) } as never;
      },
      [server.url, JSON.stringify({ query, variables })] as const,
    );

  /** What the browser keeps, scripts or not. */
  const kept = async () =>
    (await context.cookies(server.url)).map(
      ({ name, value, path, httpOnly, secure, sameSite }) => ({
        ...{ name, value, path, httpOnly, secure, sameSite },
      }),
    );

  const sessions = () =>
    server.database.query(
      'SELECT id, refresh_counter, ended_at, last_used_at FROM sessions ORDER BY id',
    );

  const signIn = async (page: Page): Promise<string> => {
    const answer = await ask(page, LOGIN, { input: ADA });
    expect(answer.data?.['login']).toMatchObject({ refreshToken: null });
    return answer.data?.['login'].session.id as string;
  };

  it('the cookie is kept out of reach of scripts, and refreshes across a reload', async () => {
    const page = await open();
    const id = await signIn(page);
    expect(await page.evaluate('document.cookie')).toBe('');
    const [first, ...others] = await kept();
    expect(others).toEqual([]);
    expect(first).toEqual({
      name: 'portcullis-refresh',
      value: expect.stringMatching(/^prt_[\w-]{71}$/),
      path: '/',
      httpOnly: true,
      secure: false,
      sameSite: 'Strict',
    });
    await page.reload();
    const answer = await ask(page, REFRESH);
    expect(answer.data?.['refresh']).toMatchObject({ refreshToken: null, session: { id } });
    const [second] = await kept();
    expect(second).toEqual({ ...first, value: expect.stringMatching(/^prt_/) });
    expect(second?.value).not.toBe(first?.value);
  });

  it('tabs that refresh at once all stay signed in', async () => {
    const tabs = await Promise.all([open(), open(), open()]);
    const id = await signIn(tabs[0]);
    for (let round = 1; round <= 5; round += 1) {
      const answers = await Promise.all(tabs.map((tab) => ask(tab, REFRESH)));
      for (const answer of answers) {
        expect(reasons(answer)).toEqual([]);
        expect(answer.data?.['refresh'].session.id).toBe(id);
      }
    }
    await tabs[1].close();
    expect(reasons(await ask(tabs[2], REFRESH))).toEqual([]);
  });

  it('a logout clears it, in every tab', async () => {
    const [one, two] = [await open(), await open()];
    await signIn(one);
    expect((await ask(two, LOGOUT)).data).toEqual({ logout: true });
    expect(await kept()).toEqual([]);
    expect(reasons(await ask(one, REFRESH))).toEqual(['REFRESH_REJECTED/REFRESH_INVALID']);
    expect((await ask(one, LOGOUT)).data).toEqual({ logout: true });
  });

  /** Another server on the same accounts, asked by a page of its own. */
  async function withServer(
    env: Record<string, string>,
    work: (page: Page, asked: (query: string, variables?: object) => Promise<Answer>) => unknown,
  ): Promise<void> {
    const other = await startTestServer({ database: server.database, env });
    try {
      const page = await open(`${other.url}/app`);
      await work(page, (query, variables = {}) =>
        page.evaluate(async (body) => {
          const headers = { 'content-type': 'application/json' };
          const answer = await fetch('/graphql', { method: 'POST', headers, body });
          return answer.json() as Promise<Answer>;
        }, JSON.stringify({ query, variables })),
      );
    } finally {
      await other.stop();
    }
  }

  it('the cookie with prefix is kept too, and no page can plant its like', () =>
    withServer({ NODE_ENV: 'production' }, async (page, asked) => {
      expect(reasons(await asked(LOGIN, { input: ADA }))).toEqual([]);
      await page.evaluate('document.cookie = "__Host-portcullis-refresh=x; Path=/; Secure"');
      await page.evaluate('document.cookie = "__Host-portcullis-refresh=x; Path=/graphql; Secure"');
      const [cookie, ...others] = await context.cookies(page.url());
      expect(others).toEqual([]);
      expect(cookie).toMatchObject({
        name: '__Host-portcullis-refresh',
        value: expect.stringMatching(/^prt_/),
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
      });
      expect(reasons(await asked(REFRESH))).toEqual([]);
    }));

  it('under scheme opaque the cookie is all that a page needs, until it signs out', () =>
    withServer({ PORTCULLIS_SCHEME: 'opaque' }, async (page, asked) => {
      const { data } = await asked(LOGIN, { input: ADA });
      expect(data?.['login']).toMatchObject({ accessToken: null, refreshToken: null });
      expect(await page.evaluate('document.cookie')).toBe('');
      await page.reload();
      const ME = '{ me { email } mySessions { current } }';
      expect((await asked(ME)).data).toMatchObject({ me: { email: ADA.email } });
      expect((await asked(LOGOUT)).data).toEqual({ logout: true });
      expect(await context.cookies(page.url())).toEqual([]);
      expect(reasons(await asked('{ me { email } }'))).toEqual(['UNAUTHENTICATED/NO_TOKEN']);
    }));

  it('what the README has a page do signs in, refreshes and signs out', async () => {
    const page = await open();
    await page.addScriptTag({ content: blocksOf('Cookies', 'js').join('\n') });
    const does = (call: string) => page.evaluate<{ data: unknown }>(call);
    const payload = { accessToken: expect.stringMatching(/^eyJ/), expiresIn: expect.any(Number) };
    const signedIn = await does(`logIn(${JSON.stringify(ADA.email)}, ${JSON.stringify(PASSWORD)})`);
    expect(signedIn).toEqual({ data: { login: payload } });
    expect(await kept()).toHaveLength(1);
    expect(await does('refresh()')).toEqual({ data: { refresh: payload } });
    expect(await does('logOut()')).toEqual({ data: { logout: true } });
    expect(await kept()).toEqual([]);
  });

  /** A form of a page, as it would be sent without anybody's doing. */
  const submit = async (page: Page, enctype: string, fields: Record<string, string>) => {
    const target = `${server.url}/graphql`;
    const answered = Promise.all([page.waitForResponse(target), page.waitForURL(target)]);
    await page.evaluate(
      `((action, enctype, fields) => {
         const form = document.createElement('form');
         Object.assign(form, { method: 'post', action, enctype });
         for (const [name, value] of Object.entries(fields)) {
           const input = document.createElement('input');
           Object.assign(input, { type: 'hidden', name, value });
           form.append(input);
         }
         document.body.append(form);
         form.submit();
       })(...${JSON.stringify([target, enctype, fields])})`,
    );
    const [response] = await answered;
    const { cookie } = await response.request().allHeaders();
    return { status: response.status(), cookie: cookie?.slice(0, cookie.indexOf('=')) };
  };

  /** What a page of somebody else would try, the browser's user signed in or not. */
  async function attack(origin: string, cookie: string | undefined): Promise<void> {
    const operations = [
      { query: REFRESH },
      { query: LOGOUT },
      { query: LOGIN, variables: { input: MALLORY } },
    ];
    for (const operation of operations) {
      const body = JSON.stringify(operation);
      const page = await open(origin);
      await expect(ask(page, operation.query, operation.variables)).rejects.toThrow(
        'Failed to fetch',
      );
      await page.evaluate(
        async ([url, text]) => {
          for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
            const headers = { 'content-type': type };
            const init = { method: 'POST', mode: 'no-cors', credentials: 'include' } as const;
            // It is sent; of the answer the page is not even given an opaque one.
            const sent = fetch(`${url}/graphql`, { ...init, headers, body: text });
            if (await sent.catch(() => undefined)) throw new Error('an answer');
          }
        },
        [server.url, body] as const,
      );
      // A field of a text/plain form is sent as `name=value`: JSON, when the name is cut where the `=` falls.
      const cut = { [`${body.slice(0, -1)},"x":"`]: '"}' };
      expect(await submit(page, 'text/plain', cut)).toEqual({ status: 400, cookie });
      for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data']) {
        await page.goto(origin);
        const variables = JSON.stringify(operation.variables ?? {});
        const fields = { query: operation.query, variables };
        expect(await submit(page, enctype, fields)).toEqual({ status: 415, cookie });
      }
      await page.goto(`${server.url}/graphql?query=${encodeURIComponent(operation.query)}`);
      await page.close();
    }
  }

  it.each([
    ['of the same site, to whose requests the browser adds the cookie,', '127.0.0.1', true],
    ['of another site', 'localhost', false],
  ])('a page %s changes nothing', async (_name, host, isAdded) => {
    const origin = `http://${host}:${strangers.port}/`;
    await attack(origin, undefined);
    expect(await kept()).toEqual([]);
    const page = await open();
    await signIn(page);
    const before = [await kept(), await sessions()];
    await attack(origin, isAdded ? 'portcullis-refresh' : undefined);
    expect([await kept(), await sessions()]).toEqual(before);
    expect(reasons(await ask(page, REFRESH))).toEqual([]);
  });

  it('a page of a listed origin on the same site signs in, refreshes and logs out', async () => {
    const page = await open(`http://127.0.0.1:${friends.port}/`);
    const id = await signIn(page);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect((await ask(page, REFRESH)).data?.['refresh']).toMatchObject({ session: { id } });
    expect((await ask(page, LOGOUT)).data).toEqual({ logout: true });
    expect(await kept()).toEqual([]);
  });

  it('a page of a listed origin on another site is given no cookie by the browser', async () => {
    const own = await open();
    await signIn(own);
    const before = await kept();
    const page = await open(`http://localhost:${friends.port}/`);
    expect(reasons(await ask(page, REFRESH))).toEqual(['REFRESH_REJECTED/REFRESH_INVALID']);
    expect((await ask(page, LOGIN, { input: ADA })).data?.['login']).toMatchObject({
      refreshToken: null,
    });
    expect(await kept()).toEqual(before);
  });
});
