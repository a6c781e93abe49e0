import type { Page } from 'playwright-core';
import { noBrowser } from '../../support/browser.js';
import { readCommands, startProxy } from '../../support/proxy.js';
import { describeUnless } from '../../support/skip.js';
import { ADA, BOB, LIFE, useStage } from './support.js';
import type { Tab, TabOptions } from './support.js';

jest.setTimeout(120_000);

const REVOCATIONS = Number(process.env['REVOCATIONS'] ?? 2);
const REVOKE = 'mutation ($id: ID!) { revokeSession(id: $id) { status } }';
const DISABLE = 'mutation ($id: ID!) { disableUser(id: $id) { status } }';

describeUnless(noBrowser)('when its session ends elsewhere, a client in a page', () => {
  const stage = useStage();
  const signedIn = async (options: Partial<TabOptions> = {}, user = ADA): Promise<Tab> => {
    const tab = await stage.open(options);
    await tab.login(user);
    return tab;
  };
  const revoke = async (id: string) => (await stage.administrator())(REVOKE, { id });
  const sessionOf = (tab: Tab) => tab.does((auth) => auth.state.session!.id);
  /** Settles when the next socket of the page follows its session. */
  const follows = (page: Page) =>
    new Promise<void>((resolve) => {
      page.once('websocket', (socket) => {
        socket.on('framesent', ({ payload }) => {
          if (String(payload).includes('subscribe')) resolve();
        });
      });
    });

  it('has destroyed its tokens without a click, if it is live', async () => {
    const tab = await stage.open({ live: true });
    const other = await stage.open();
    const times: number[] = [];
    for (let time = 1; time <= REVOCATIONS; time += 1) {
      const following = follows(tab.page);
      await tab.login(ADA);
      await following;
      const [admin, id] = [await stage.administrator(), await sessionOf(tab)];
      // It listens before anything is done.
      await tab.does((auth) => {
        const over = new Promise((resolve) => {
          auth.subscribe(({ reason }) => resolve(reason));
        });
        Object.assign(globalThis, { over });
      });
      const over = tab.page.evaluate<string>('over');
      const began = performance.now();
      const revoked = admin(REVOKE, { id });
      expect(await over).toBe('SESSION_REVOKED');
      times.push(performance.now() - began);
      await revoked;
      expect(await tab.isSignedOut()).toBe('SESSION_REVOKED');
      expect(await other.isSignedOut()).toBe('SESSION_REVOKED');
    }
    if (process.env['REVOCATIONS']) process.stderr.write(`milliseconds: ${times.join(' ')}\n`);
    expect(await tab.told()).toEqual([
      'signed-out',
      ...times.flatMap(() => ['signed-in', 'revoked']),
    ]);
  });

  it('follows its session on a new socket when the old one broke', async () => {
    const proxy = await startProxy(stage.server.url, readCommands);
    try {
      const tab = await stage.open({ live: true }, new URL(proxy.url).origin);
      let following = follows(tab.page);
      await tab.login(ADA);
      await following;
      following = follows(tab.page);
      proxy.cut();
      await stage.context.clock.fastForward(1_000);
      await following;
      await revoke(await sessionOf(tab));
      expect(await tab.isSignedOut()).toBe('SESSION_REVOKED');
    } finally {
      await proxy.stop();
    }
  });

  it('has destroyed its tokens with its next request, if it is not live', async () => {
    const tab = await signedIn();
    const other = await stage.open();
    await other.isSignedInAs(ADA.email);
    await revoke(await sessionOf(tab));
    const answer = await tab.does((auth) => auth.request('{ me { email } mySessions { id } }'));
    expect(answer.errors?.[0]?.extensions).toMatchObject({ reason: 'SESSION_REVOKED' });
    expect(await tab.isSignedOut()).toBe('SESSION_REVOKED');
    expect(await other.isSignedOut()).toBe('SESSION_REVOKED');
    expect((await other.told()).slice(-2)).toEqual(['signed-in', 'revoked']);
  });

  it.each([true, false])('says that the account is disabled (live: %s)', async (live) => {
    const tab = await stage.open({ live });
    const following = live ? follows(tab.page) : undefined;
    const user = { email: `disabled-${live}@example.com`, password: ADA.password };
    await tab.register(user);
    await following;
    const id = await tab.does((auth) => auth.state.user!.id);
    await (
      await stage.administrator()
    )(DISABLE, { id });
    if (!live) await tab.does((auth) => auth.request('{ me { email } }'));
    expect(await tab.isSignedOut()).toBe('ACCOUNT_DISABLED');
    expect((await tab.told()).slice(-2)).toEqual(['signed-in', 'disabled']);
  });

  it('is signed out, and says so once, when the cookies were cleared', async () => {
    const tab = await signedIn();
    const other = await stage.open();
    await other.isSignedInAs(ADA.email);
    await stage.context.clearCookies();
    await stage.sleep(LIFE);
    expect(await tab.isSignedOut()).toBe('REFRESH_INVALID');
    expect(await other.isSignedOut()).toBe('REFRESH_INVALID');
    for (const types of [await tab.told(), await other.told()]) {
      expect(types.slice(types.indexOf('signed-in'))).toEqual(['signed-in', 'signed-out']);
    }
    await tab.login(BOB);
    await other.isSignedInAs(BOB.email);
  });

  it('is signed out, and says so once, when the storage was cleared', async () => {
    const tab = await signedIn({ transport: 'bearer', storage: 'local' });
    await tab.page.evaluate('localStorage.clear()');
    await stage.sleep(LIFE);
    expect(await tab.isSignedOut()).toBe('NO_TOKEN');
    expect((await tab.told()).slice(-2)).toEqual(['signed-in', 'signed-out']);
  });

  it('is signed out when the user goes back to it, after a sign-out in another tab', async () => {
    const tab = await signedIn();
    const other = await stage.open();
    await other.isSignedInAs(ADA.email);
    await tab.page.goto('about:blank');
    await other.does((auth) => auth.logout());
    await tab.page.goBack({ waitUntil: 'commit' });
    expect(await tab.isSignedOut()).toBeNull();
  });

  it('is signed out when the user goes back to it, and the page was kept as it was', async () => {
    const tab = await signedIn();
    const id = await sessionOf(tab);
    await tab.page.evaluate(`addEventListener('pageshow', () => told.push('back'))`);
    await tab.page.goto('about:blank');
    await revoke(id);
    await tab.page.goBack({ waitUntil: 'commit' });
    expect(await tab.isSignedOut()).toBe('SESSION_REVOKED');
    expect(await tab.told()).toEqual(['signed-out', 'signed-in', 'back', 'revoked']);
  });
});
