import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { createServerAuth } from '../../src/client/server/server-auth.js';
import type { RefreshedSession, ServerAuth } from '../../src/client/server/server-auth.js';
import { ask, login } from '../support/client.js';
import { LOGOUT, REFRESH, askWithCookie, signInByCookie } from '../support/cookies.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { PASSWORD } from './support.js';

/** What a browser keeps of what it is given. */
class Browser {
  readonly cookies = new Map<string, string>();

  constructor(cookie: string) {
    this.keep([cookie]);
  }

  keep(setCookies: readonly string[]) {
    for (const each of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      if (/Max-Age=0/.test(each)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  get request() {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Request('http://app.test/', { headers: { cookie, 'user-agent': 'A browser' } });
  }
}

let server: TestServer;
let asked: number;
let auth: ServerAuth;
let count = 0;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  asked = 0;
  auth = createServerAuth({
    endpoint: `${server.url}/graphql`,
    fetch: (...args) => {
      asked += 1;
      return fetch(...args);
    },
  });
});

const signIn = async (url = server.url) => {
  const email = `user-${(count += 1)}@example.com`;
  const { cookie, session } = await signInByCookie(url, email, PASSWORD);
  return { browser: new Browser(cookie), email, session };
};
const visit = async (browser: Browser): Promise<RefreshedSession> => {
  const answer = await auth.refreshIfNeeded(browser.request);
  browser.keep(answer.setCookies);
  return answer;
};
const me = async (headers: Readonly<Record<string, string>>, url = server.url) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ me { email } }' }),
  });
  return ((await response.json()) as { data?: { me: { email: string } | null } }).data?.me?.email;
};

describe('a server that renders pages', () => {
  it('has an access token once, and reads it after that without asking anybody', async () => {
    const { browser, email } = await signIn();
    const before = browser.cookies.get('portcullis-refresh');
    const first = await visit(browser);
    expect(first).toMatchObject({ status: 'signed-in', reason: null });
    expect(await me(first.headers)).toBe(email);
    expect(browser.cookies.get('portcullis-refresh')).not.toBe(before);
    expect(first.setCookies).toEqual([
      expect.stringMatching(/^portcullis-refresh=prt_.*HttpOnly; SameSite=Strict$/),
      expect.stringMatching(
        /^portcullis-access=eyJ.*; Max-Age=2\d\d; Path=\/; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    expect(browser.cookies.get('portcullis-access')).toBe(first.accessToken);
    expect(first.cookie).toBe(browser.request.headers.get('cookie'));

    const second = await visit(browser);
    expect(second).toEqual({ ...first, setCookies: [] });
    expect(auth.read(browser.request)).toEqual({
      ...{ status: 'signed-in', accessToken: first.accessToken, headers: first.headers },
    });
    expect(asked).toBe(1);
  });

  it('never refreshes while it reads', async () => {
    const { browser } = await signIn();
    const unknown = { status: 'unknown', accessToken: null, headers: {} };
    expect(auth.read(browser.request)).toEqual(unknown);
    expect(asked).toBe(0);
  });

  it('takes requests of Node, and leaves cookies alone that are not ours', async () => {
    const { browser } = await signIn();
    const cookie = `theme=dark; ${browser.request.headers.get('cookie')}; theme=light`;
    const { cookie: after, accessToken } = await auth.refreshIfNeeded({ headers: { cookie } });
    expect(after).toMatch(/^theme=light; portcullis-refresh=prt_\S+; portcullis-access=eyJ\S+$/);
    expect(auth.read({ headers: { cookie: after } }).accessToken).toBe(accessToken);
  });

  it('knows nobody where there is no cookie', async () => {
    const nobody = { status: 'signed-out', accessToken: null, headers: {} };
    expect(auth.read({ headers: {} })).toEqual(nobody);
    expect(await auth.refreshIfNeeded({ headers: {} })).toEqual({
      ...{ ...nobody, reason: null, setCookies: [], cookie: '' },
    });
    expect(asked).toBe(0);
  });

  it('asks once for pages that are asked for at once', async () => {
    const { browser } = await signIn();
    const { request } = browser;
    const answers = await Promise.all([1, 2, 3, 4].map(() => auth.refreshIfNeeded(request)));
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(asked).toBe(1);
  });

  it('tells the API what it is given for it', async () => {
    const { email, browser } = await signIn();
    auth = createServerAuth({
      endpoint: `${server.url}/graphql`,
      headers: ({ headers }) => ({ 'x-seen': String((headers as Headers).get('user-agent')) }),
      fetch: (url, init) => {
        const given = new Headers(init?.headers);
        expect([given.get('x-seen'), given.get('user-agent')]).toEqual(['A browser', 'A browser']);
        return fetch(url, init);
      },
    });
    expect(await me((await visit(browser)).headers)).toBe(email);
  });
});

describe('the browser beside it', () => {
  it('may refresh at the same moment: nobody is signed out', async () => {
    const { browser, email } = await signIn();
    for (let round = 0; round < 5; round += 1) {
      const cookie = browser.request.headers.get('cookie')!;
      browser.cookies.delete('portcullis-access');
      const [page, tab] = await Promise.all([
        visit(browser),
        askWithCookie(server.url, REFRESH, { cookie }),
      ]);
      expect([page.status, tab.data?.['refresh']]).toEqual(['signed-in', expect.anything()]);
      // Whichever answer comes last.
      if (round % 2 === 0) browser.keep(tab.setCookies);
      expect(await me((await visit(browser)).headers)).toBe(email);
    }
  });

  it('signs out: what was kept for pages is worth nothing, and goes', async () => {
    const { browser } = await signIn();
    await visit(browser);
    const cookie = browser.request.headers.get('cookie')!;
    browser.keep((await askWithCookie(server.url, LOGOUT, { cookie })).setCookies);
    expect([...browser.cookies.keys()]).toEqual(['portcullis-access']);
    expect(auth.read(browser.request).status).toBe('signed-out');
    expect((await visit(browser)).status).toBe('signed-out');
    expect(browser.cookies.size).toBe(0);
  });

  it('signs in as somebody else: no page shows what the one before may see', async () => {
    const [ada, bob] = [await signIn(), await signIn()];
    await visit(ada.browser);
    ada.browser.cookies.set('portcullis-refresh', bob.browser.cookies.get('portcullis-refresh')!);
    expect(auth.read(ada.browser.request).status).toBe('unknown');
    expect(await me((await visit(ada.browser)).headers)).toBe(bob.email);
  });

  it('brings what nobody has handed out', async () => {
    for (const access of ['', 'x', 'a.b.c', `a.${btoa('{}')}.c`, `a.${btoa('null')}.c`]) {
      for (const refresh of ['', 'prt_', 'undefined', '%%%', 'prt_AAAA']) {
        const cookie = `portcullis-refresh=${refresh}; portcullis-access=${access}`;
        expect(auth.read({ headers: { cookie } }).status).toBe('unknown');
        const { status } = await auth.refreshIfNeeded({ headers: { cookie } });
        expect(status).toMatch(/signed-out|unknown/);
      }
    }
  });
});

describe('the end of a session', () => {
  it('is told where the server says so, and nothing is kept', async () => {
    const { browser, session } = await signIn();
    await visit(browser);
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    const query = 'mutation ($id: ID!) { revokeSession(id: $id) { status } }';
    await ask(server.url, query, { token, variables: { id: session.id } });
    browser.cookies.delete('portcullis-access');
    const ended = await visit(browser);
    expect(ended).toMatchObject({ status: 'signed-out', reason: 'SESSION_REVOKED', cookie: '' });
    expect(browser.cookies.size).toBe(0);
  });

  it('is not what an outage is', async () => {
    const { browser, email } = await signIn();
    const before = browser.request.headers.get('cookie');
    const outages = [
      () => Promise.reject(new TypeError('fetch failed')),
      () => Promise.resolve(new Response('<html>', { status: 502 })),
      () =>
        Promise.resolve(Response.json({ errors: [{ message: 'no' }], data: { refresh: null } })),
    ];
    for (const outage of outages) {
      const away = createServerAuth({ endpoint: 'http://api.test/graphql', fetch: outage });
      const answer = await away.refreshIfNeeded(browser.request);
      expect(answer).toMatchObject({ status: 'unknown', setCookies: [], cookie: before });
    }
    expect(await me((await visit(browser)).headers)).toBe(email);
  });
});

it('does what the page says of it', async () => {
  const page = readFileSync(resolve(__dirname, '../../docs/client.md'), 'utf8');
  const [, snippet = ''] = /^```js\n(import { createServerAuth }[\s\S]*?)^```$/m.exec(page) ?? [];
  const { code } = transformSync(snippet, { format: 'cjs' });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own words
  const run = new Function('require', 'module', 'endpoint', `${code}; return module.exports;`) as (
    ...given: unknown[]
  ) => { handle: (request: Request, render: object) => Promise<Response> };
  const { handle } = run(() => ({ createServerAuth }), {}, `${server.url}/graphql`);
  const { browser, email } = await signIn();
  const render = async ({ headers }: RefreshedSession) =>
    new Response(`<h1>${String(await me(headers))}</h1>`);
  const first = await handle(browser.request, render);
  expect(await first.text()).toBe(`<h1>${email}</h1>`);
  expect(first.headers.get('cache-control')).toBe('no-store');
  browser.keep(first.headers.getSetCookie());
  const second = await handle(browser.request, render);
  expect([await second.text(), second.headers.getSetCookie()]).toEqual([`<h1>${email}</h1>`, []]);
});

it('hands on the session of scheme opaque, and refreshes nothing', async () => {
  const opaque = await startTestServer({ env: { PORTCULLIS_SCHEME: 'opaque' } });
  try {
    const { browser, email } = await signIn(opaque.url);
    const answer = await visit(browser);
    expect(answer).toMatchObject({ status: 'signed-in', accessToken: null, setCookies: [] });
    expect(await me(answer.headers, opaque.url)).toBe(email);
    expect(asked).toBe(0);
  } finally {
    await opaque.stop();
  }
});
