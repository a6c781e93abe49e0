import { source as axe } from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startExample } from '../examples/example.js';
import type { Running } from '../examples/example.js';
import { noBrowser, startBrowser } from '../support/browser.js';
import { ask, login } from '../support/client.js';
import { describeUnless } from '../support/skip.js';

jest.setTimeout(120_000);

const PASSWORD = 'a password of some length';
const PHONE = { width: 360, height: 720 };

describeUnless(noBrowser)('the example web, in Chromium', () => {
  let browser: Browser;
  let running: Running;
  let context: BrowserContext;
  let home: string;
  let api: string;
  let admin: { readonly email: string; readonly password: string };
  beforeAll(async () => {
    [running, browser] = await Promise.all([startExample('web'), startBrowser()]);
    api = new URL('.', running.url).href.slice(0, -1);
    home = `${api}/`;
    const [, email = '', password = ''] =
      /^Account {2}(\S+) {2}password: (.+)$/m.exec(running.output()) ?? [];
    admin = { email, password };
    // One for all: what it has loaded of the page it keeps.
    context = await browser.newContext({ viewport: PHONE, reducedMotion: 'reduce' });
  });
  afterEach(async () => {
    await Promise.all(context.pages().map((page) => page.close()));
    await context.clearCookies();
  });
  afterAll(async () => {
    await browser.close();
    await running.stop();
  });

  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(home);
    return page;
  };
  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click();
  const enter = (page: Page, label: string, text: string) =>
    page.getByRole('textbox', { name: label }).fill(text);
  const told = (page: Page) => page.getByRole('alert').filter({ hasText: /./ }).textContent();

  const signIn = async (page: Page, email: string, password = PASSWORD) => {
    await enter(page, 'E-mail', email);
    await enter(page, 'Password', password);
    await press(page, 'Sign in');
    await page.getByText('this device', { exact: true }).waitFor();
  };
  const signUp = async (page: Page, email: string) => {
    await press(page, 'Create an account');
    await enter(page, 'E-mail', email);
    await enter(page, 'Password', PASSWORD);
    await press(page, 'Sign up');
    await page.getByText('this device', { exact: true }).waitFor();
  };
  const asAdmin = async (query: string, email: string) => {
    const { accessToken: token } = await login(api, admin.email, admin.password);
    const find = 'SELECT id FROM users WHERE email = $1';
    const [variables] = await running.database.query<{ id: string }>(find, [email]);
    expect((await ask(api, query, { token, variables: { ...variables } })).errors).toBeUndefined();
  };

  /** Fits a phone, and anybody can use it, by day and by night. */
  const expectGood = async (page: Page) => {
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
    await page.evaluate(`if (!window.axe) {${axe}}`);
    for (const [colorScheme, options] of [
      ['dark', "{ runOnly: ['color-contrast'] }"],
      ['light', '{}'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await page.evaluate<AxeResults>(`axe.run(${options})`);
      const found = violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]);
      expect([colorScheme, found]).toEqual([colorScheme, []]);
    }
  };

  it('signs up, says what is wrong, lists the device, and goes on after a reload until one signs out', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectGood(page);
    await press(page, 'Create an account');
    await enter(page, 'E-mail', 'ada@example.com');
    await enter(page, 'Password', 'too short');
    await press(page, 'Sign up');
    expect(await told(page)).toMatch(/at least 15 characters/);
    await expectGood(page);
    await press(page, 'Sign in instead');
    await signUp(page, 'ada@example.com');
    expect(await page.getByText('admin', { exact: true }).count()).toBe(0);
    expect(await page.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^Chrome on Linux/),
    ]);
    await expectGood(page);
    await page.reload();
    await page.getByText('this device', { exact: true }).waitFor();
    await press(page, 'Sign out');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('alert').allTextContents()).toEqual(['', '']);
  });

  it('signs out another device, which notices', async () => {
    const page = await open();
    await signUp(page, 'lost@example.com');
    const other = await browser.newContext();
    const lost = await other.newPage();
    await lost.goto(home);
    await signIn(lost, 'lost@example.com');
    await page.reload();
    await press(page, 'Sign out Chrome on Linux');
    expect(await told(lost)).toMatch(/ended from elsewhere/);
    await page.getByText('this device only').waitFor();
    await other.close();
  });

  it('asks for the password before it shows the code, and again when it was wrong', async () => {
    const page = await open();
    await signUp(page, 'code@example.com');
    await running.database.query(
      "UPDATE sessions SET authenticated_at = authenticated_at - interval '1 minute'",
    );
    await page.reload();
    await press(page, 'Show recovery code');
    const dialog = page.getByRole('dialog', { name: 'Is it still you?' });
    await dialog.waitFor().catch(async (cause: unknown) => {
      throw new Error(`no dialog, but: ${await page.locator('body').innerText()}`, { cause });
    });
    await expectGood(page);
    await press(page, 'Cancel');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByRole('status').textContent()).toBe('');
    await press(page, 'Show recovery code');
    await enter(page, 'Password', 'not the password at all');
    await press(page, 'Continue');
    await dialog.getByRole('alert').filter({ hasText: /./ }).waitFor();
    await enter(page, 'Password', PASSWORD);
    await press(page, 'Continue');
    await page
      .getByRole('status')
      .filter({ hasText: /^\d{4}(-\d{4}){3}$/ })
      .waitFor();
    await expectGood(page);
  });

  it.each([
    ['revoked', 'mutation ($id: ID!) { revokeUserSessions(userId: $id) }', /ended from elsewhere/],
    ['disabled', 'mutation ($id: ID!) { disableUser(id: $id) { id } }', /has been disabled/],
  ])('says without a click that one was %s', async (name, mutation, words) => {
    const page = await open();
    const email = `${name}@example.com`;
    await signUp(page, email);
    await asAdmin(mutation, email);
    expect(await told(page)).toMatch(words);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectGood(page);
  });

  it('tells an admin by the scope, who signs out everywhere', async () => {
    const page = await open();
    await signIn(page, admin.email, admin.password);
    await page.getByText('admin', { exact: true }).waitFor();
    await press(page, 'Sign out everywhere');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});
