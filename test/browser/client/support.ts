import { build } from 'esbuild';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import type { AuthClient, AuthClientOptions, AuthEvent } from '../../../src/public/client.js';
import { ask, login } from '../../support/client.js';
import { startBrowser } from '../../support/browser.js';
import { ADMIN, startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { until } from '../../support/until.js';
import { TestClock } from '../../../src/testing/index.js';

export const ADA = { email: 'ada@example.com', password: 'a password of some length' };
export const BOB = { email: 'bob@example.com', password: 'another password of length' };
/** Milliseconds after which no server takes an access token any more: its life, and the tolerance. */
export const LIFE = 306_000;

export interface TabOptions extends Pick<AuthClientOptions, 'transport' | 'live' | 'endpoint'> {
  /** Default: the client's own. */
  readonly storage?: 'local' | 'session';
}

export interface User {
  readonly email: string;
  readonly password: string;
}

/** A page with a client in it. */
export interface Tab {
  readonly page: Page;
  /** Has the page do something with its client. The function sees nothing of what is around it here. */
  does<T>(work: (auth: AuthClient) => T | Promise<T>): Promise<T>;
  login(user: User): Promise<void>;
  register(user: User): Promise<void>;
  /** What it has told since it was loaded. */
  told(): Promise<AuthEvent['type'][]>;
  /** Settles when it has told of this, or has done so before. */
  hears(type: AuthEvent['type'], times?: number): Promise<void>;
  /** Settles when nobody is signed in; then it has no token either. Answers why. */
  isSignedOut(): Promise<string | null>;
  /** Settles when this user is signed in: his is the state, and his are the tokens. */
  isSignedInAs(email: string): Promise<void>;
}

/** An answer that is still under way. */
export interface Withheld {
  /** Settles when the server has given it. */
  readonly given: Promise<unknown>;
  arrive(): Promise<void>;
  lose(): Promise<void>;
}

/** Real pages of the origin of a real server, both at a time that stands still, or goes as real time does. */
export interface Stage {
  readonly server: TestServer;
  readonly clock: TestClock;
  readonly browser: Browser;
  /** Of the test that runs. */
  readonly context: BrowserContext;
  /** How many requests with this operation have left the browser in this test. */
  asked(operation: string): number;
  open(options?: Partial<TabOptions>, origin?: string): Promise<Tab>;
  /**
   * Has the next request with this operation reach the server, and its answer nobody. Answers when it has
   * been given, and then how to hand it out after all, or to lose it for good.
   */
  withhold(operation: string): Promise<Withheld>;
  /** Time passes for the server and in all pages, as if all of them had slept meanwhile. */
  sleep(milliseconds: number): Promise<void>;
  /** An administrator signs in. Answers how to have that one do something. */
  administrator(): Promise<(mutation: string, variables: object) => Promise<void>>;
}

/** The client as a page loads it. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['src/public/client.ts'],
    ...{ bundle: true, write: false, format: 'iife', globalName: 'portcullis' },
  });
  return outputFiles[0]?.text ?? '';
}

const PAGE = (script: string) => `<!doctype html><title>an app</title><script>${script}</script>
<script>
  const { storage, ...options } = JSON.parse(decodeURIComponent(location.search.slice(1)) || '{}');
  if (storage) options.storage = portcullis.webStorage(storage);
  const auth = portcullis.createAuthClient({ endpoint: '/graphql', ...options });
  const told = [];
  auth.subscribe(({ type }) => told.push(type));
</script>`;

/** Per file one server and one browser, per test a profile of its own and a server with Ada and Bob. */
export function useStage(env: Record<string, string> = {}): Stage {
  const clock = new TestClock();
  let script: string;
  let server: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let sent: string[];
  beforeAll(async () => {
    [script, server, browser] = await Promise.all([
      bundle(),
      startTestServer({ clock, env }),
      startBrowser(),
    ]);
    const register = 'mutation ($input: RegisterInput!) { register(input: $input) { expiresIn } }';
    for (const input of [ADA, BOB]) await ask(server.url, register, { variables: { input } });
  });
  beforeEach(async () => {
    // The page comes from no address, and asks one of this machine.
    context = await browser.newContext({ permissions: ['local-network-access'] });
    sent = [];
    await context.clock.install();
    context.on('request', (request) => sent.push(request.postData() ?? ''));
    await context.route(/\/app/, (route) =>
      route.fulfill({ contentType: 'text/html', body: PAGE(script) }),
    );
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });
  return {
    clock,
    get server() {
      return server;
    },
    get browser() {
      return browser;
    },
    get context() {
      return context;
    },
    asked: (operation) => sent.filter((body) => body.includes(`mutation ${operation}(`)).length,
    open: async (options = {}, origin = server.url) => {
      const page = await context.newPage();
      await page.goto(`${origin}/app?${encodeURIComponent(JSON.stringify(options))}`);
      return tabOf(page);
    },
    withhold: async (operation) => {
      let give: (given: [Route, Parameters<Route['fulfill']>[0]]) => void;
      const given = new Promise<Parameters<typeof give>[0]>((resolve) => {
        give = resolve;
      });
      let isFirst = true;
      await context.route('**/graphql', async (route) => {
        const body = route.request().postData() ?? '';
        if (!isFirst || !body.includes(`mutation ${operation}(`)) return route.fallback();
        isFirst = false;
        // Past the browser, whose cookies are to know nothing of the answer yet.
        const url = route.request().url();
        const cookie = (await context.cookies(url)).map(({ name, value }) => `${name}=${value}`);
        const headers = { ...route.request().headers(), cookie: cookie.join('; ') };
        const response = await fetch(url, { method: 'POST', headers, body });
        const answer = { status: response.status, headers: Object.fromEntries(response.headers) };
        give([route, { ...answer, body: await response.text() }]);
      });
      return {
        given,
        arrive: async () => {
          const [route, answer] = await given;
          // Whoever asked may wait no more.
          await route.fulfill(answer).catch(() => undefined);
        },
        lose: async () => {
          const [route] = await given;
          await route.abort('connectionreset');
        },
      };
    },
    sleep: async (milliseconds) => {
      clock.advance(milliseconds);
      await context.clock.fastForward(milliseconds);
    },
    administrator: async () => {
      const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
      return async (mutation, variables) => {
        const answer = await ask(server.url, mutation, { token, variables: { ...variables } });
        if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      };
    },
  };
}

function tabOf(page: Page): Tab {
  const evaluate = <T>(code: string) => page.evaluate<T>(code);
  const does: Tab['does'] = (work) => evaluate(`(${work.toString()})(auth)`);
  const told = () => evaluate<AuthEvent['type'][]>('told');
  return {
    page,
    does,
    login: async (user) => {
      await evaluate(`auth.login(${JSON.stringify(user)})`);
    },
    register: async (user) => {
      await evaluate(`auth.register(${JSON.stringify(user)})`);
    },
    told,
    hears: (type, times = 1) =>
      until(async () => (await told()).filter((each) => each === type).length >= times),
    isSignedOut: async () => {
      await until(() => does((auth) => auth.state.status === 'signed-out'));
      expect(await does((auth) => auth.getAccessToken())).toBeNull();
      return does((auth) => auth.state.reason);
    },
    isSignedInAs: async (email) => {
      await until(async () => (await does((auth) => auth.state.user?.email)) === email);
      const answer = await does((auth) => auth.request('{ me { email } }'));
      expect(answer.data).toEqual({ me: { email } });
    },
  };
}
