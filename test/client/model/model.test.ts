import fc from 'fast-check';
import { PASSWORD } from '../support.js';
import { World } from './world.js';
import type { Kind, Tab } from './world.js';

const RUNS = Number(process.env['RUNS'] ?? 60);
const KINDS: readonly Kind[] = ['cookie', 'web storage', 'slow storage', 'memory'];

type Act =
  | { readonly act: 'next' | 'lose'; readonly which: number }
  | { readonly act: 'advance'; readonly ms: number }
  | { readonly act: 'login' | 'logout' | 'ask' | 'wake' | 'close'; readonly which: number }
  | { readonly act: 'open' | 'network' | 'revoke' };

const which = fc.nat({ max: 11 });
const acts = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ act: fc.constant('next' as const), which }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('lose' as const), which }) },
    {
      weight: 4,
      arbitrary: fc.record({
        act: fc.constant('advance' as const),
        ms: fc.constantFrom(10, 40, 500, 2_100, 20_000, 100_000, 230_000, 400_000),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        act: fc.constantFrom(...(['login', 'logout', 'ask', 'ask', 'wake', 'close'] as const)),
        which,
      }),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(...(['open', 'network', 'revoke'] as const))
        .map((act) => ({ act })),
    },
  ),
  { maxLength: 80 },
) as fc.Arbitrary<Act[]>;

const quietly = (work: Promise<unknown>) => void work.catch(() => undefined);

class Story {
  readonly world: World;
  /** Sessions that somebody has ended on purpose. */
  readonly ended = new Set<string>();
  #told = new Map<Tab, number>();
  #calls = 0;
  /** Of the calls, the last that signed out whoever the cookie names. */
  #signedOutAt = 0;
  readonly #isCookie: boolean;

  constructor(kind: Kind) {
    this.world = new World(kind);
    this.#isCookie = kind === 'cookie';
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
    else if (act.act === 'open') {
      if (ids.length < 3) world.open();
    } else if (act.act === 'network') {
      world.isOnline = !world.isOnline;
      if (world.isOnline) for (const each of world.tabs.values()) each.wake(true);
    } else if (act.act === 'revoke') {
      for (const each of world.server.sessions.keys()) this.#end(each);
    } else if (act.act === 'close') world.close(id);
    else if (tab) this.#use(tab, act.act);
    await world.settle();
    this.check();
  }

  #end(id: string) {
    this.ended.add(id);
    this.world.server.end(id, 'SESSION_REVOKED');
  }

  #use(tab: Tab, act: 'login' | 'logout' | 'ask' | 'wake') {
    const { auth } = tab;
    this.#calls += 1;
    if (act === 'login') quietly(auth.login({ email: `${this.#calls}@`, password: PASSWORD }));
    else if (act === 'ask') quietly(auth.request('{ me { email } }'));
    else if (act === 'wake') tab.wake(false);
    else {
      const { session } = auth.state;
      if (this.#isCookie) this.#signedOutAt = this.#calls;
      if (session) {
        this.ended.add(session.id);
        tab.over.add(session.id);
      }
      quietly(auth.logout());
      expect(auth.state).toMatchObject({ status: 'signed-out', session: null });
    }
  }

  /** What holds whatever happens. */
  check() {
    const { world } = this;
    for (const tab of world.tabs.values()) {
      expect(tab.most).toBeLessThanOrEqual(1);
      const { session } = tab.auth.state;
      if (session) expect(tab.over).not.toContain(session.id);
      this.#checkEnds(tab);
    }
  }

  /** Nobody is signed out by a race or an outage. */
  #checkEnds(tab: Tab) {
    let before: string | undefined;
    const seen = this.#told.get(tab) ?? 0;
    tab.events.forEach(({ type, state, reason }, at) => {
      if (at >= seen && before !== undefined && state.status === 'signed-out') {
        const isTheft = reason === 'REFRESH_REUSED' && this.world.lost.has(before);
        expect([type, reason, isTheft || this.#isMeant(before)]).toEqual([type, reason, true]);
      }
      before = state.session?.id;
    });
    this.#told.set(tab, tab.events.length);
  }

  /** Whether somebody has ended it on purpose. */
  #isMeant(id: string): boolean {
    const since = parseInt(this.world.server.sessions.get(id)!.email);
    return this.ended.has(id) || since < this.#signedOutAt;
  }

  /** The network is back, and all has been delivered. */
  async end() {
    const { world } = this;
    world.isOnline = true;
    for (const tab of world.tabs.values()) tab.wake(true);
    for (let turn = 0; turn < 40; turn += 1) {
      while (!world.isQuiet()) await world.next(0);
      await world.advance(turn < 20 ? 3_000 : 20_000);
      this.check();
    }
    while (!world.isQuiet()) await world.next(0);
    for (const tab of world.tabs.values()) {
      const { status, session } = tab.auth.state;
      expect(status).not.toBe('starting');
      expect(world.server.sessions.get(session?.id ?? '')?.ended ?? null).toBeNull();
      const token = tab.auth.getAccessToken();
      while (!world.isQuiet()) await world.next(0);
      expect((await token) === null).toBe(session === null);
    }
  }
}

it.each(KINDS)(
  'keeps its promises however things happen: %s',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        const story = new Story(kind);
        for (const act of list) await story.play(act);
        await story.end();
        for (const id of [...story.world.tabs.keys()]) story.world.close(id);
      }),
      { numRuns: RUNS },
    );
  },
  120_000,
);
