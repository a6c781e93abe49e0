import type { Requirement } from '../../requirement.js';

/** How old the knowledge may be that a session is still good: from nothing asked to asked right now. */
export const FRESHNESS = ['public', 'auth', 'bounded', 'now'] as const;
export type Freshness = (typeof FRESHNESS)[number];

export function freshnessOf({ signedIn, maxStale }: Requirement): Freshness {
  if (!signedIn) return 'public';
  if (maxStale === undefined) return 'auth';
  return maxStale === 0 ? 'now' : 'bounded';
}

export const LEGEND: Readonly<Record<Freshness, { name: string; means: string }>> = {
  public: { name: 'public', means: 'asks for nothing' },
  auth: {
    name: 'auth',
    means: 'a valid token; every revocation that the node has heard of counts',
  },
  bounded: {
    name: 'bounded',
    means: 'what is known of the session is so many seconds old at most',
  },
  now: { name: 'asks now', means: 'asks whether the session is good at this moment' },
};
