import { noBrowser } from '../../support/browser.js';
import { startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { describeUnless } from '../../support/skip.js';
import { ADA, LIFE, useStage } from './support.js';
import type { TabOptions } from './support.js';

jest.setTimeout(120_000);

/** Another site than the server's. */
const ELSEWHERE = 'http://localhost:4000';

describeUnless(noBrowser)('under other conditions than the usual, a client in a page', () => {
  const stage = useStage({ ALLOWED_ORIGINS: ELSEWHERE });
  const others = new Map<string, TestServer>();
  const SCHEMES = ['stateless', 'checked', 'sliding', 'opaque'];
  beforeAll(async () => {
    const { database } = stage.server;
    for (const PORTCULLIS_SCHEME of SCHEMES) {
      const env = { PORTCULLIS_SCHEME };
      const server = await startTestServer({ database, clock: stage.clock, env });
      others.set(PORTCULLIS_SCHEME, server);
    }
  });
  afterAll(() => Promise.all([...others.values()].map((server) => server.stop())));

  const inStorage = { transport: 'bearer', storage: 'local' } as const;
  it.each<[string, Partial<TabOptions>]>([
    ['stateless', inStorage],
    ['checked', inStorage],
    ['checked', {}],
    ['sliding', inStorage],
    ['opaque', inStorage],
    ['opaque', {}],
  ])('signs in, reloads and signs out under scheme %s (%j)', async (scheme, options) => {
    const tab = await stage.open(options, others.get(scheme)!.url);
    await tab.login(ADA);
    await tab.isSignedInAs(ADA.email);
    const id = await tab.does((auth) => auth.state.session!.id);
    const other = await stage.open(options, others.get(scheme)!.url);
    await other.isSignedInAs(ADA.email);
    await other.page.close();
    await tab.page.reload();
    await tab.isSignedInAs(ADA.email);
    expect(await tab.does((auth) => auth.state.session!.id)).toBe(id);
    expect(await tab.told()).toEqual(['signed-in']);
    await tab.does((auth) => auth.logout());
    await tab.isSignedOut();
    await tab.page.reload();
    await tab.isSignedOut();
    const query = 'SELECT ended_reason FROM sessions WHERE id = $1';
    expect(await stage.server.database.query(query, [id])).toEqual([
      { ended_reason: 'logged_out' },
    ]);
  });

  it('goes on with the token that scheme sliding hands out along the way', async () => {
    const tab = await stage.open(inStorage, others.get('sliding')!.url);
    await tab.login(ADA);
    const tokens = new Set<string | null>();
    for (let time = 1; time <= 3; time += 1) {
      await stage.sleep(130_000);
      await tab.isSignedInAs(ADA.email);
      tokens.add(await tab.does((auth) => auth.getAccessToken()));
    }
    expect(tokens.size).toBe(3);
    await tab.page.reload();
    await tab.isSignedInAs(ADA.email);
  });

  it('where the browser keeps no cookie works until its token expires, and asks no more than it must', async () => {
    const tab = await stage.open({ endpoint: `${stage.server.url}/graphql` }, ELSEWHERE);
    await tab.login(ADA);
    await tab.isSignedInAs(ADA.email);
    const before = stage.asked('Refresh');
    await tab.does((auth) => auth.getAccessToken({ forceRefresh: true }));
    await tab.isSignedInAs(ADA.email);
    expect(await stage.context.cookies()).toEqual([]);
    await stage.sleep(LIFE);
    await tab.isSignedOut();
    await stage.sleep(LIFE);
    await tab.does((auth) => auth.request('{ me { email } }'));
    expect(stage.asked('Refresh')).toBe(before + 1);
    expect((await tab.told()).filter((type) => type === 'signed-out')).toHaveLength(2);
  });
});
