import fc from 'fast-check';
import {
  CEILING,
  NO_ATTEMPTS,
  STRANGERS,
  givenBack,
  judge,
  succeeded,
} from '../../../src/services/attempts/rules.js';
import type { Counts, From } from '../../../src/services/attempts/rules.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const START = Date.parse('2030-01-01T00:00:00.000Z');

/** One account, and the time. */
class Account {
  counts: Counts = NO_ATTEMPTS;
  now = START;

  /** Answers the milliseconds to wait: 0 for an attempt that may be executed. */
  attempt(place: string, known = false): number {
    const verdict = judge(this.counts, { place, known }, this.now);
    this.counts = verdict.counts ?? this.counts;
    return verdict.admitted ? 0 : verdict.wait;
  }

  /** Waits as it is told to, each time. Answers what it was told. */
  persist(times: number, place: string, known = false): number[] {
    return Array.from({ length: times }, () => {
      const wait = this.attempt(place, known);
      this.now += wait;
      if (wait > 0) this.attempt(place, known);
      return wait;
    });
  }

  succeed(from: From): void {
    this.counts = succeeded(this.counts, from, this.now) ?? NO_ATTEMPTS;
  }
}

/** Strangers from as many places as it takes. */
function crowd(account: Account, attempts: number): number[] {
  return Array.from({ length: attempts }, (_, at) => account.persist(1, `bot ${at}`)[0] ?? 0);
}

describe('attempts from one place', () => {
  it('ten cost nothing, and each further one a wait that doubles up to an hour', () => {
    const account = new Account();
    expect(account.persist(10, 'home', true)).toEqual(Array(10).fill(0));
    const waits = account.persist(15, 'home', true).map((wait) => wait / SECOND);
    expect(waits).toEqual([
      ...[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600, 3600],
    ]);
  });

  it('that are refused do not make the wait longer', () => {
    const account = new Account();
    account.persist(12, 'home', true);
    for (let at = 0; at < 100; at += 1) expect(account.attempt('home', true)).toBe(4 * SECOND);
  });

  it('cost nothing again after a success there, or a day', () => {
    const account = new Account();
    account.persist(12, 'home', true);
    account.succeed({ place: 'home', known: true });
    expect(account.counts).toEqual(NO_ATTEMPTS);
    account.persist(12, 'home', true);
    account.now += DAY;
    expect(account.attempt('home', true)).toBe(0);
    expect(account.counts.total).toBe(13);
  });

  it('do not hold up another place', () => {
    const account = new Account();
    account.persist(15, 'a stranger');
    expect(account.attempt('the owner, travelling')).toBe(0);
    expect(account.attempt('home', true)).toBe(0);
  });

  it('go on to cost their wait after a success elsewhere', () => {
    const account = new Account();
    account.persist(15, 'a stranger');
    account.succeed({ place: 'home', known: true });
    expect(account.counts).toMatchObject({ total: 0, strangers: 0 });
    expect(account.attempt('a stranger')).toBe(32 * SECOND);
  });
});

describe('strangers from many places', () => {
  it('cost each other a wait after thirty attempts, of a quarter of an hour at most', () => {
    const account = new Account();
    expect(crowd(account, 30)).toEqual(Array(30).fill(0));
    const waits = crowd(account, 15).map((wait) => wait / SECOND);
    expect(waits).toEqual([...[1, 2, 4, 8, 16, 32, 64, 128, 256, 512], ...Array(5).fill(900)]);
  });

  it('never hold up a known place', () => {
    const account = new Account();
    crowd(account, 200);
    expect(account.attempt('home', true)).toBe(0);
  });

  it('let a place that is new here go before those that have failed, once it has been told to wait', () => {
    const account = new Account();
    for (let at = 0; at < 10; at += 1) {
      for (const bot of ['bot 1', 'bot 2', 'bot 3', 'bot 4']) account.persist(1, bot);
    }
    const wait = account.attempt('the owner, travelling');
    expect(wait).toBeGreaterThan(0);
    account.now += wait;
    for (const bot of ['bot 1', 'bot 2', 'bot 3', 'bot 4']) {
      expect(account.attempt(bot)).toBeGreaterThan(0);
    }
    expect(account.attempt('the owner, travelling')).toBe(0);
  });

  it('do not wait long for a place that does not come back', () => {
    const account = new Account();
    crowd(account, 35);
    const wait = account.attempt('somebody');
    account.now += wait + 5 * SECOND;
    expect(account.attempt('another')).toBe(5 * SECOND);
    account.now += 5 * SECOND;
    expect(account.attempt('another')).toBe(0);
  });
});

describe('the ceiling', () => {
  it('lets strangers fail 80 times, and known places the rest of 100', () => {
    const account = new Account();
    crowd(account, 300);
    expect(account.counts.total).toBe(STRANGERS);
    account.now += 365 * DAY;
    expect(account.attempt('a new place')).toBe(HOUR);
    account.persist(200, 'home', true);
    expect(account.counts.total).toBe(CEILING);
    expect(account.attempt('home', true)).toBe(HOUR);
  });

  it('is lifted for all by a success', () => {
    const account = new Account();
    crowd(account, 300);
    expect(account.attempt('home', true)).toBe(0);
    account.succeed({ place: 'home', known: true });
    account.now += DAY;
    expect(account.attempt('a new place')).toBe(0);
  });

  it('holds whatever is attempted, from wherever, with whatever pauses', () => {
    const step = fc.record({
      place: fc.integer({ min: 0, max: 40 }),
      pause: fc.integer({ min: 0, max: 2 * DAY }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 200, maxLength: 400 }), (steps) => {
        const account = new Account();
        const executed = { all: 0, strangers: 0 };
        for (const { place, pause } of steps) {
          account.now += pause;
          const known = place < 5;
          if (account.attempt(`${place}`, known) > 0) continue;
          executed.all += 1;
          if (!known) executed.strangers += 1;
        }
        expect(executed.all).toBeLessThanOrEqual(CEILING);
        expect(executed.strangers).toBeLessThanOrEqual(STRANGERS);
      }),
      { numRuns: 50 },
    );
  });
});

it('an attempt that was not executed is given back whole', () => {
  const account = new Account();
  account.persist(3, 'a stranger');
  const { counts } = account;
  account.attempt('a stranger');
  expect(givenBack(account.counts, { place: 'a stranger', known: false })).toEqual(counts);
  expect(givenBack(judged(NO_ATTEMPTS), { place: 'x', known: false })).toBeUndefined();
});

function judged(counts: Counts): Counts {
  return judge(counts, { place: 'x', known: false }, START).counts ?? counts;
}

it('the log hears of one refusal for each attempt that is executed', () => {
  const account = new Account();
  account.persist(11, 'home', true);
  const refusals = Array.from({ length: 20 }, () => {
    const verdict = judge(account.counts, { place: 'home', known: true }, account.now);
    account.counts = verdict.counts ?? account.counts;
    return verdict;
  });
  expect(refusals.filter((verdict) => !verdict.admitted && verdict.news)).toHaveLength(1);
});
