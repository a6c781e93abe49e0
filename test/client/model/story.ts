// What is asked after every act is asserted by Node: `expect` was three quarters of the time.
import assert from 'node:assert/strict';
import { PASSWORD } from '../support.js';
import { World } from './world.js';
import type { Kind, Tab } from './world.js';

type Use = 'login' | 'logout' | 'ask' | 'wake' | 'prove';

/** What is done, and to which of those there are. */
export type Act =
  | { readonly act: 'next' | 'lose'; readonly which: number }
  | { readonly act: 'advance'; readonly ms: number }
  | { readonly act: Use | 'close'; readonly which: number }
  | { readonly act: 'open' | 'network' | 'revoke' | 'clear' | 'drain' };

const quietly = (work: Promise<unknown>) => void work.catch(() => undefined);

/** A world in which things are done, and what holds in it whatever they are. */
export class Story {
  readonly world: World;
  /** Sessions that somebody has ended on purpose. */
  readonly ended = new Set<string>();
  #told = new Map<Tab, number>();
  readonly #loggedOut = new Set<string>();
  /** Of sign-ins, one after another, and of sign-outs. */
  #calls = 0;
  readonly #callsIn = new Map<Tab, { readonly logins: Set<number>; signedOutAt: number }>();
  /** Of the calls, the last that signed out whoever the browser knows of. */
  #signedOutAt = 0;
  readonly #isShared: boolean;

  constructor(kind: Kind) {
    this.world = new World(kind);
    this.#isShared = kind !== 'memory';
    this.world.open();
    this.world.open();
  }

  async play(act: Act): Promise<void> {
    const { world } = this;
    const ids = [...world.tabs.keys()];
    const id = ids[('which' in act ? act.which : 0) % Math.max(ids.length, 1)] ?? 0;
    const tab = world.tabs.get(id);
    if (act.act === 'next') await world.next(act.which);
    else if (act.act === 'lose') await world.next(act.which, true);
    else if (act.act === 'advance') await world.advance(act.ms);
    else if (act.act === 'drain') await this.drain();
    else if (act.act === 'open') {
      if (ids.length < 3) world.open();
    } else if (act.act === 'network') {
      world.isOnline = !world.isOnline;
      if (world.isOnline) for (const each of world.tabs.values()) each.wake(true);
    } else if (act.act === 'revoke') {
      for (const each of world.server.sessions.keys()) this.#end(each);
    } else if (act.act === 'clear') {
      // Of what is left, the last token is good for as long as it is.
      world.cookie = null;
      for (const each of world.server.sessions.keys()) this.ended.add(each);
    } else if (act.act === 'close') world.close(id);
    else if (tab) {
      // Of a sign-out that is still being written, and a sign-in, a storage that takes its time keeps either.
      if (act.act === 'login') await world.stored();
      this.#use(tab, act.act);
    }
    await world.settle();
    this.check();
  }

  #end(id: string) {
    this.ended.add(id);
    this.world.server.end(id, 'SESSION_REVOKED');
  }

  #use(tab: Tab, act: Use) {
    const { auth } = tab;
    this.#calls += 1;
    const calls = this.#callsOf(tab);
    if (act === 'login') {
      calls.logins.add(this.#calls);
      quietly(auth.login({ email: `${this.#calls}@`, password: PASSWORD }));
    } else if (act === 'ask') quietly(auth.request('{ me { email } }'));
    else if (act === 'prove') quietly(auth.reauthenticate(PASSWORD));
    else if (act === 'wake') tab.wake(false);
    else {
      const { session } = auth.state;
      calls.signedOutAt = this.#calls;
      if (this.#isShared) this.#signedOutAt = this.#calls;
      if (session) {
        this.ended.add(session.id);
        this.#loggedOut.add(session.id);
        tab.over.add(session.id);
      }
      quietly(auth.logout());
      if (session) expect(auth.state).toMatchObject({ status: 'signed-out', session: null });
    }
  }

  /** What holds whatever happens. */
  check() {
    const { world } = this;
    assert.equal(world.uncalledFor, 0, 'a refresh where nobody is signed in');
    for (const tab of world.tabs.values()) {
      assert.ok(tab.most <= 1, `${tab.most} refreshes of a tab at once`);
      const { session } = tab.auth.state;
      if (session) {
        assert.ok(!tab.over.has(session.id), 'signed in by a session that is over');
        // Nor what this tab had asked for before it signed out.
        const since = this.#since(session.id);
        const { logins, signedOutAt } = this.#callsOf(tab);
        const isLater = !logins.has(since) || since > signedOutAt;
        assert.ok(isLater, 'signed in by what was asked for before the sign-out');
      }
      this.#checkEnds(tab);
    }
  }

  /** Nobody is signed out by a race or an outage. */
  #checkEnds(tab: Tab) {
    let before: string | undefined;
    let since = 0;
    const seen = this.#told.get(tab) ?? 0;
    tab.events.forEach(({ type, state, reason }, at) => {
      if (at >= seen && before !== undefined && state.status === 'signed-out') {
        // Told to one tab, and seen by the others in what is kept.
        const isTheft = reason === 'REFRESH_REUSED' || reason === 'NO_TOKEN';
        const isOutage = isTheft && this.world.lost.has(before);
        assert.ok(isOutage || this.#isMeant(before), `signed out: ${type}, ${reason}`);
      }
      // What was proven stays proven, whatever answer comes late.
      const { id, authenticatedAt } = state.session ?? {};
      if (id !== undefined && id === before) {
        assert.ok(Date.parse(authenticatedAt!) >= since, 'what was proven is forgotten');
      }
      before = id;
      since = Date.parse(authenticatedAt ?? '');
    });
    this.#told.set(tab, tab.events.length);
  }

  /** Whether somebody has ended it on purpose. */
  #isMeant(id: string): boolean {
    const { sessions } = this.world.server;
    // Whoever signs in anew has the client end the session before.
    const isReplaced = [...sessions.keys()].some((each) => this.#since(each) > this.#since(id));
    const isEnded = isReplaced && sessions.get(id)?.ended === 'SESSION_REVOKED';
    return this.ended.has(id) || this.#since(id) < this.#signedOutAt || isEnded;
  }

  #since(id: string): number {
    return parseInt(this.world.server.sessions.get(id)!.email);
  }

  #callsOf(tab: Tab) {
    const calls = this.#callsIn.get(tab) ?? { logins: new Set(), signedOutAt: 0 };
    this.#callsIn.set(tab, calls);
    return calls;
  }

  /** Everything that is under way happens, in its order. */
  async drain() {
    while (!this.world.isQuiet()) await this.world.next(0);
    for (const [id, { auth }] of this.world.tabs) {
      const { session } = auth.state;
      if (!session) continue;
      assert.ok(
        !this.#loggedOut.has(session.id),
        'signed in again by a session that was signed out',
      );
      assert.ok(this.world.hasPlans(id), 'nothing will renew what is signed in');
    }
  }

  /** The network is back, and all has been delivered. */
  async end() {
    const { world } = this;
    world.isOnline = true;
    for (const tab of world.tabs.values()) tab.wake(true);
    for (let turn = 0; turn < 40; turn += 1) {
      await this.drain();
      await world.advance(turn < 20 ? 3_000 : 20_000);
      this.check();
    }
    await this.drain();
    const signedIn = [...world.tabs.values()].flatMap(({ auth }) => auth.state.session?.id ?? []);
    const [kept] = signedIn;
    if (this.#isShared && kept !== undefined) {
      expect([world.keptSession(), ...signedIn]).toEqual([kept, ...signedIn.map(() => kept)]);
    }
    for (const tab of world.tabs.values()) {
      const { status, session } = tab.auth.state;
      expect(status).not.toBe('starting');
      expect(world.server.sessions.get(session?.id ?? '')?.ended ?? null).toBeNull();
      const token = tab.auth.getAccessToken();
      await this.drain();
      if (!session) expect(await token).toBeNull();
      else if (!this.#isMeant(session.id)) expect(await token).not.toBeNull();
    }
  }
}
