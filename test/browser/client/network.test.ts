import { noBrowser } from '../../support/browser.js';
import { readCommands, startProxy } from '../../support/proxy.js';
import { describeUnless } from '../../support/skip.js';
import { until } from '../../support/until.js';
import { ADA, LIFE, useStage } from './support.js';
import type { Tab, TabOptions } from './support.js';

jest.setTimeout(120_000);

describeUnless(noBrowser)('on a bad network, a client in a page', () => {
  const stage = useStage();
  const signedIn = async (options: Partial<TabOptions> = {}, origin?: string): Promise<Tab> => {
    const tab = await stage.open(options, origin);
    await tab.login(ADA);
    return tab;
  };
  const sessionOf = (tab: Tab) => tab.does((auth) => auth.state.session!.id);
  const endedReason = async (id: string) => {
    const query = 'SELECT ended_reason FROM sessions WHERE id = $1';
    const [row] = await stage.server.database.query<{ ended_reason: string | null }>(query, [id]);
    return row?.ended_reason;
  };
  const tries = (tab: Tab) => tab.does((auth) => auth.request('{ me { email } }').catch(String));

  it('refreshes once when the machine wakes after the token has expired', async () => {
    const tab = await signedIn();
    const before = stage.asked('Refresh');
    await stage.sleep(8 * 3_600_000);
    await tab.isSignedInAs(ADA.email);
    expect(stage.asked('Refresh')).toBe(before + 1);
    expect((await tab.told()).slice(-2)).toEqual(['signed-in', 'refreshed']);
  });

  it('does so where its monotonic clock stood still meanwhile', async () => {
    const tab = await signedIn();
    const before = stage.asked('Refresh');
    stage.clock.advance(LIFE);
    await stage.context.clock.setSystemTime(Date.now() + LIFE);
    await tab.page.clock.runFor(15_000);
    await tab.hears('refreshed');
    await tab.isSignedInAs(ADA.email);
    expect(stage.asked('Refresh')).toBe(before + 1);
  });

  it('signs nobody out while it is offline, and goes on when it is back', async () => {
    const tab = await signedIn();
    await stage.context.setOffline(true);
    await stage.sleep(LIFE);
    await tab.hears('refresh-failed');
    expect(await tries(tab)).toMatch(/^AuthError: /);
    await stage.sleep(3 * LIFE);
    expect(await tab.does((auth) => auth.state)).toMatchObject({ status: 'signed-in' });
    await stage.context.setOffline(false);
    await tab.hears('refreshed');
    await tab.isSignedInAs(ADA.email);
    expect(await tab.told()).not.toContain('revoked');
    expect((await tab.told()).filter((type) => type === 'signed-out')).toHaveLength(1);
  });

  it('goes on with the same session when the answer to a refresh is lost', async () => {
    const tab = await signedIn();
    const id = await sessionOf(tab);
    for (let time = 1; time <= 2; time += 1) {
      const answer = await stage.withhold('Refresh');
      await stage.sleep(LIFE);
      await answer.lose();
      await tab.hears('refresh-failed', time);
      await stage.sleep(2_000);
      await tab.hears('refreshed', time);
      await tab.isSignedInAs(ADA.email);
    }
    expect(await sessionOf(tab)).toBe(id);
  });

  it('goes on when a network that swallowed the refresh is healed', async () => {
    const proxy = await startProxy(stage.server.url, readCommands);
    try {
      const tab = await signedIn({}, new URL(proxy.url).origin);
      const id = await sessionOf(tab);
      proxy.blackHole();
      await stage.sleep(LIFE);
      await until(() => stage.asked('Refresh') === 2);
      proxy.cut();
      proxy.heal();
      await stage.sleep(2_000);
      await tab.hears('refreshed');
      await tab.isSignedInAs(ADA.email);
      expect(await sessionOf(tab)).toBe(id);
    } finally {
      await proxy.stop();
    }
  });

  it.each<Partial<TabOptions>>([
    { transport: 'cookie' },
    { transport: 'bearer', storage: 'local' },
  ])(
    'signs out at once while it is offline, for good, and tells the server later: %j',
    async (options) => {
      const tab = await signedIn(options);
      const id = await sessionOf(tab);
      await stage.context.route('**/graphql', (route) => route.abort('internetdisconnected'));
      await tab.does((auth) => auth.logout());
      await tab.isSignedOut();
      await tab.page.reload();
      await tab.isSignedOut();
      expect(await endedReason(id)).toBeNull();
      await stage.context.unroute('**/graphql');
      await tab.page.reload();
      await tab.isSignedOut();
      await until(async () => (await endedReason(id)) === 'logged_out');
      // The answer, which takes the cookie away, comes a moment after.
      await until(async () => (await stage.context.cookies()).length === 0);
      await tab.login(ADA);
      await tab.isSignedInAs(ADA.email);
    },
  );

  it('tells the server of a sign-out as soon as the network is back', async () => {
    const tab = await signedIn();
    const id = await sessionOf(tab);
    await stage.context.setOffline(true);
    await tab.does((auth) => auth.logout());
    await tab.isSignedOut();
    await stage.context.setOffline(false);
    await stage.sleep(2_000);
    await until(async () => (await endedReason(id)) === 'logged_out');
  });
});
