import { noBrowser } from '../../support/browser.js';
import { describeUnless } from '../../support/skip.js';
import { ADA, BOB, LIFE, useStage } from './support.js';
import type { Tab } from './support.js';

jest.setTimeout(120_000);

const EXPIRIES = Number(process.env['EXPIRIES'] ?? 2);

describeUnless(noBrowser)('in the tabs of a browser, a client', () => {
  const stage = useStage();
  const open = (count: number, options = {}) =>
    Promise.all(Array.from({ length: count }, () => stage.open(options)));
  const each = <T>(tabs: readonly Tab[], work: (tab: Tab) => Promise<T>) =>
    Promise.all(tabs.map(work));

  it('refreshes once for ten tabs when the token expires, and signs nobody out', async () => {
    const tabs = await open(10);
    await tabs[0]!.login(ADA);
    await each(tabs, (tab) => tab.isSignedInAs(ADA.email));
    const counts: number[] = [];
    for (let expiry = 1; expiry <= EXPIRIES; expiry += 1) {
      const before = stage.asked('Refresh');
      await stage.sleep(LIFE);
      await each(tabs, (tab) => tab.isSignedInAs(ADA.email));
      await each(tabs, (tab) => tab.hears('refreshed', expiry));
      counts.push(stage.asked('Refresh') - before);
    }
    if (process.env['EXPIRIES']) process.stderr.write(`refreshes: ${counts.join(' ')}\n`);
    expect(Math.max(...counts)).toBeLessThanOrEqual(tabs.length);
    expect(counts.toSorted((a, b) => a - b)[Math.floor(EXPIRIES / 2)]).toBe(1);
    for (const types of await each(tabs, (tab) => tab.told())) {
      expect(types.slice(types.indexOf('signed-in') + 1)).toEqual(
        Array.from({ length: EXPIRIES }, () => 'refreshed'),
      );
    }
  });

  it('refreshes once where all tabs ask with a token that the server takes no more', async () => {
    const tabs = await open(5);
    await tabs[0]!.login(ADA);
    await each(tabs, (tab) => tab.isSignedInAs(ADA.email));
    const before = stage.asked('Refresh');
    stage.clock.advance(LIFE);
    await each(tabs, (tab) => tab.isSignedInAs(ADA.email));
    expect(stage.asked('Refresh')).toBe(before + 1);
  });

  it('is signed in after a reload, and in a new tab without asking the server', async () => {
    const tab = await stage.open();
    await tab.login(ADA);
    const id = await tab.does((auth) => auth.state.session!.id);
    const other = await stage.open();
    const before = stage.asked('Refresh');
    await other.isSignedInAs(ADA.email);
    // On a machine that is busy the other tab may answer too late, and then it asks for itself.
    const asked = stage.asked('Refresh');
    expect(asked - before).toBeLessThanOrEqual(1);
    await other.page.close();
    await tab.page.reload();
    await tab.isSignedInAs(ADA.email);
    expect(await tab.does((auth) => auth.state.session!.id)).toBe(id);
    expect(stage.asked('Refresh')).toBe(asked + 1);
    expect(await tab.told()).toEqual(['signed-in']);
  });

  it('signs out in all tabs, though one of them is just refreshing', async () => {
    const tabs = await open(3);
    await tabs[0]!.login(ADA);
    await each(tabs, (tab) => tab.isSignedInAs(ADA.email));
    const answer = await stage.withhold('Refresh');
    const token = tabs[1]!.does((auth) => auth.getAccessToken({ forceRefresh: true }));
    await answer.given;
    await tabs[0]!.does((auth) => auth.logout());
    await answer.arrive();
    await each(tabs, (tab) => tab.isSignedOut());
    expect(await token).toBeNull();
    for (const types of await each(tabs, (tab) => tab.told())) {
      expect(types.slice(types.indexOf('signed-in'))).toEqual(['signed-in', 'signed-out']);
    }
    expect(await stage.context.cookies()).toEqual([]);
    await tabs[1]!.page.reload();
    await tabs[1]!.isSignedOut();
  });

  it('is whoever signed in last, in all tabs, where a cookie says who', async () => {
    const [one, two] = (await open(2)) as [Tab, Tab];
    await one.login(ADA);
    await two.isSignedInAs(ADA.email);
    await two.login(BOB);
    await one.isSignedInAs(BOB.email);
    await two.isSignedInAs(BOB.email);
    expect((await one.told()).slice(-2)).toEqual(['signed-in', 'signed-in']);
    await stage.sleep(LIFE);
    await one.isSignedInAs(BOB.email);
    await two.isSignedInAs(BOB.email);
  });

  it('is whoever signed in last, though a refresh for the one before comes late', async () => {
    const [one, two] = (await open(2)) as [Tab, Tab];
    await one.login(ADA);
    await two.isSignedInAs(ADA.email);
    const answer = await stage.withhold('Refresh');
    const token = one.does((auth) => auth.getAccessToken({ forceRefresh: true }));
    await answer.given;
    await two.login(BOB);
    await one.isSignedInAs(BOB.email);
    await answer.arrive();
    expect(await token).toBe(await one.does((auth) => auth.getAccessToken()));
    for (let expiry = 1; expiry <= 2; expiry += 1) {
      await stage.sleep(LIFE);
      await one.isSignedInAs(BOB.email);
      await two.isSignedInAs(BOB.email);
    }
  });

  it.each(['session', undefined] as const)(
    'is somebody of its own in each tab where the tokens are (storage %s)',
    async (storage) => {
      const options = { transport: 'bearer', ...(storage && { storage }) };
      const [one, two] = (await open(2, options)) as [Tab, Tab];
      await one.login(ADA);
      await two.isSignedOut();
      await two.login(BOB);
      await one.isSignedInAs(ADA.email);
      await stage.sleep(LIFE);
      await one.isSignedInAs(ADA.email);
      await two.isSignedInAs(BOB.email);
      await one.does((auth) => auth.logout());
      await one.isSignedOut();
      await two.isSignedInAs(BOB.email);
      await two.page.reload();
      if (storage) await two.isSignedInAs(BOB.email);
      else await two.isSignedOut();
    },
  );
});
