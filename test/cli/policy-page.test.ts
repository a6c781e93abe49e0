import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../support/browser.js';
import { describeUnless } from '../support/skip.js';
import { createProject } from './policy-support.js';
import type { Project } from './policy-support.js';

jest.setTimeout(120_000);

const SCHEMA = `
union Found = User | Post
type User @auth(scopes: [["staff", "people"], ["admin"]], maxAuthAge: 300) {
  "Where to write to."
  mail: String @critical(maxStale: 30)
  posts: [Post] @auth(when: "isOwner")
}
type Post { title: String author: User }
type Query { user: User @critical post: Post @public search: [Found!] @public }
type Mutation { rename: Post @auth }
`;

describeUnless(noBrowser)('portcullis policy --html in Chromium', () => {
  let browser: Browser;
  let project: Project;
  let context: BrowserContext;
  /** Everything that the page asked of anybody, itself included, and what it complained of. */
  let asked: string[];
  let complaints: string[];
  let failures: (string | undefined)[];
  beforeAll(async () => {
    browser = await startBrowser();
    project = createProject({ 'schema.graphql': SCHEMA });
    expect(await project.policy('--schema', 'schema.graphql', '--html', 'policy.html')).toEqual({
      code: 0,
      stdout: 'Wrote policy.html: 8 fields.\n',
      stderr: '',
    });
  });
  afterAll(async () => {
    project.remove();
    await browser.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ offline: true });
    asked = [];
    complaints = [];
    failures = [];
  });
  afterEach(() => context.close());

  const open = async (name = 'policy.html', hash = ''): Promise<Page> => {
    const page = await context.newPage();
    page.on('request', (request) => asked.push(request.url()));
    page.on('requestfailed', (request) => failures.push(request.failure()?.errorText));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(`${pathToFileURL(project.path(name)).href}${hash}`);
    return page;
  };
  const visibleFields = (page: Page) =>
    page
      .locator('details[open] > ul > li[id]:visible')
      .evaluateAll((all: unknown[]) => (all as { id: string }[]).map(({ id }) => id));
  const row = (page: Page, coordinate: string) => page.locator(`li[id="${coordinate}"] > .row`);

  it('asks nobody for anything, and complains of nothing', async () => {
    const page = await open();
    await page.getByRole('searchbox', { name: 'Search' }).fill('user');
    await page.getByRole('button', { name: 'Fields of User' }).first().click();
    expect(asked).toEqual([page.url()]);
    expect(complaints).toEqual([]);
  });

  it('shows the roots first, and each field with what it demands', async () => {
    const page = await open();
    expect(await page.title()).toBe('Policy of schema.graphql');
    expect(await visibleFields(page)).toEqual([
      ...['Query.user', 'Query.post', 'Query.search', 'Mutation.rename'],
    ]);
    await expect(row(page, 'Query.post').innerText()).resolves.toMatch(/post: Post\s+public$/);
    await expect(row(page, 'Query.user').innerText()).resolves.toMatch(
      /user: User\s+asks now\s+scopes staff and people, or admin\s+password ≤ 300 s ago$/,
    );
    await page.locator('summary', { hasText: 'User' }).click();
    await expect(row(page, 'User.mail').innerText()).resolves.toMatch(/mail: String\s+≤ 30 s old/);
    await expect(row(page, 'User.posts').innerText()).resolves.toMatch(/auth.*when isOwner/s);
    await expect(page.locator('li[id="User.mail"]').innerText()).resolves.toContain(
      'Where to write to.',
    );
  });

  it('colours every freshness otherwise, by day and by night', async () => {
    const colours = async (colorScheme: 'light' | 'dark') => {
      const page = await open();
      await page.emulateMedia({ colorScheme });
      const of = (selector: string, property: 'borderLeftColor' | 'backgroundColor') =>
        page
          .locator(selector)
          .evaluate(
            (element, name) =>
              (
                globalThis as never as { getComputedStyle(e: unknown): Record<string, string> }
              ).getComputedStyle(element)[name],
            property,
          );
      const ids = ['Query.post', 'Mutation.rename', 'User.mail', 'Query.user'];
      return [
        await of('body', 'backgroundColor'),
        ...(await Promise.all(ids.map((id) => of(`li[id="${id}"]`, 'borderLeftColor')))),
      ];
    };
    const all = [...(await colours('light')), ...(await colours('dark'))];
    expect(new Set(all).size).toBe(all.length);
  });

  it('tells the warnings, and leads to the field', async () => {
    const page = await open();
    const warnings = page.getByRole('region', { name: 'Warnings (2)' }).getByRole('listitem');
    expect(await warnings.allInnerTexts()).toEqual([
      'Mutation.rename: guarded, but a session that ended elsewhere may still pass; add @critical',
      'Query.search: items may be User, which is guarded: as items are non-null, one refusal wipes out the list',
    ]);
    await page.getByRole('link', { name: 'Mutation.rename' }).click();
    expect(page.url()).toMatch(/#Mutation\.rename$/);
    const linked = await open('policy.html', '#User.mail');
    expect(await visibleFields(linked)).toContain('User.mail');
  });

  it('opens one type within another by the keyboard alone, round in circles too', async () => {
    const page = await open();
    const user = row(page, 'Query.user').getByRole('button', { name: 'Fields of User' });
    await user.focus();
    await page.keyboard.press('Enter');
    expect(await user.getAttribute('aria-expanded')).toBe('true');
    const below = page.locator('li[id="Query.user"] > ul');
    await below.getByRole('button', { name: 'Fields of Post' }).press('Space');
    await below.getByRole('button', { name: 'Fields of User' }).press('Enter');
    expect(await below.locator('ul ul > li').count()).toBe(2);
    expect(await page.locator('li[id="User.mail"]').count()).toBe(1);
    await user.press('Enter');
    expect(await user.getAttribute('aria-expanded')).toBe('false');
    expect(await below.count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('finds fields by name, by scope and by freshness, and tells how many', async () => {
    const page = await open();
    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.fill('ADMIN asks');
    expect(await visibleFields(page)).toEqual(['Query.user']);
    expect(await page.getByRole('status').innerText()).toBe('1 field');
    await search.fill('user.');
    expect(await visibleFields(page)).toEqual(['User.mail', 'User.posts']);
    await search.fill('');
    for (const name of ['public', 'auth', 'asks now']) {
      await page.getByRole('checkbox', { name: new RegExp(`^${name} `) }).uncheck();
    }
    expect(await visibleFields(page)).toEqual(['User.mail']);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    expect(await visibleFields(page)).toHaveLength(4);
  });

  it('makes no markup of what the schema says', async () => {
    const attack = '</script><img src=x onerror=alert(1)>';
    project.write(
      'evil.graphql',
      `"${attack}" type Query {
         "${attack} '\\" onclick=alert(2) {{x}}" a: Int @auth(scopes: [["</script><img/src=x/onerror=alert(3)>", "'&amp;"]])
       }`,
    );
    project.write(`<img src=x onerror=alert(4)>.graphql`, 'type Mutation { b: Int @critical }');
    await project.policy('--schema', 'evil.graphql', '<img*', '--html', 'evil.html');
    const page = await open('evil.html');
    expect(await page.locator('img, [onclick], script').count()).toBe(1);
    expect(await page.locator('li[id="Query.a"]').innerText()).toContain(attack);
    await expect(row(page, 'Query.a').innerText()).resolves.toContain(
      "</script><img/src=x/onerror=alert(3)> and '&amp;",
    );
    expect(await page.title()).toBe('Policy of evil.graphql, <img*');
    expect(complaints).toEqual([]);
  });

  it('forbids whatever is not its own, should anything get in all the same', async () => {
    const page = project.read('policy.html');
    const smuggled =
      '<script>document.title = "owned"</script><style>h1 { color: red }</style>' +
      '<img src="https://example.com/x.png"><iframe src="https://example.com/"></iframe>';
    project.write('smuggled.html', page.replace('</header>', `${smuggled}</header>`));
    const opened = await open('smuggled.html');
    expect(await opened.title()).toBe('Policy of schema.graphql');
    // Chromium tells of a request that it does not make, too.
    expect(new Set(failures)).toEqual(new Set(['csp']));
    const refused = complaints.filter((text) => /content security policy/i.test(text));
    expect(refused.length).toBeGreaterThanOrEqual(4);
  });
});
