import type { Act } from './story.js';
import type { Kind } from './world.js';

export interface Found {
  readonly what: string;
  readonly kind: Kind;
  readonly isSignedIn: boolean;
  readonly acts: readonly Act[];
}

const next = (...whiches: number[]): Act[] => whiches.map((which) => ({ act: 'next', which }));
const advance = (ms: number): Act => ({ act: 'advance', ms });
const login = (which: number): Act => ({ act: 'login', which });
const logout = (which: number): Act => ({ act: 'logout', which });
const prove = (which: number): Act => ({ act: 'prove', which });
const open: Act = { act: 'open' };
const LONG = 230_000;

/** What the search has found, as small as it got. */
export const FOUND: readonly Found[] = [
  {
    what: 'another tab tells of a session that is over here',
    ...{ kind: 'web storage', isSignedIn: true },
    acts: [open, logout(0), ...next(6, 4)],
  },
  {
    what: 'a tab opens during a sign-out, and hears of the session from one that has not',
    ...{ kind: 'web storage', isSignedIn: true },
    acts: [advance(LONG), logout(0), prove(0), ...next(9, 3), open, ...next(1, 10)],
  },
  {
    what: 'another tab tells of the session before last',
    ...{ kind: 'web storage', isSignedIn: true },
    acts: [login(0), open, ...next(0, 5), login(0), logout(0)],
  },
  {
    what: 'a password is proven while another tab signs in',
    ...{ kind: 'web storage', isSignedIn: true },
    acts: [login(0), prove(3)],
  },
  {
    what: 'a sign-in is given up before it was sent, and another tab signs in',
    ...{ kind: 'cookie', isSignedIn: false },
    acts: [login(1), logout(1), login(0)],
  },
  {
    what: 'the network swallows a sign-out, and a password is proven in another tab',
    ...{ kind: 'cookie', isSignedIn: false },
    acts: [
      ...[...next(0), advance(LONG), ...next(0, 0, 0, 0, 0), login(0), ...next(0, 0, 0)],
      ...[prove(1), logout(0), ...next(0, 7), advance(LONG), open],
    ],
  },
  {
    what: 'a tab signs out that has not heard yet of a sign-in',
    ...{ kind: 'cookie', isSignedIn: false },
    acts: [
      ...[logout(0), ...next(0), open, ...next(3, 1), advance(LONG), login(0), ...next(0, 0)],
      ...[prove(0), logout(1)],
    ],
  },
  {
    what: 'a sign-out while a sign-in is being written',
    ...{ kind: 'slow storage', isSignedIn: true },
    acts: [advance(LONG), ...next(0, 0), logout(0), ...next(0)],
  },
  {
    what: 'two tabs sign in again and again, and none waits for the other',
    ...{ kind: 'slow storage', isSignedIn: true },
    acts: [login(3), prove(0), login(3), login(3)],
  },
  {
    what: 'a tab is closed before its sign-in was written',
    ...{ kind: 'slow storage', isSignedIn: false },
    acts: [login(0), advance(LONG), login(3), ...next(0, 0, 0), { act: 'close', which: 3 }],
  },
  {
    what: 'a refresh that did not get the lock, and a sign-in in another tab',
    ...{ kind: 'slow storage', isSignedIn: false },
    acts: [
      ...[open, ...next(0, 0), open, ...next(0), advance(LONG), login(0), ...next(0, 0, 0)],
      ...[advance(LONG), ...next(0), login(0), ...next(0), advance(LONG), ...next(0, 5, 0, 10, 9)],
      open,
    ],
  },
  {
    what: 'the last token runs out that a cookie no longer renews',
    ...{ kind: 'cookie', isSignedIn: true },
    acts: [
      advance(3_000),
      { act: 'drain' },
      { act: 'clear' },
      advance(250_000),
      { act: 'drain' },
      advance(60_000),
      { act: 'drain' },
    ],
  },
];
