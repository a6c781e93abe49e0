import { Denylist, Feed } from '../../src/revocation/index.js';
import type { FeedSource } from '../../src/revocation/index.js';
import type { FeedItem, FeedPage } from '../../src/stores/index.js';
import { TestClock } from '../support/clock.js';
import { until } from '../support/until.js';

const NOTHING: FeedPage = { complete: true, items: [], databaseTime: 0, keysVersion: '' };
const NAMES_NOBODY: FeedItem = {
  ...{ id: '1', age: 0, wantsReceipt: false },
  revocation: { kind: 'sessions', sessionIds: [], reason: 'SESSION_REVOKED' },
};

/** A feed whose sources look and confirm as a test says. */
function world() {
  const clock = new TestClock();
  const asked: ((answer: boolean | Error) => void)[] = [];
  const counts = { looks: 0, changes: 0, opened: 0 };
  const heard: boolean[] = [];
  const script = {
    look: async () => NOTHING,
    ring: (): void => undefined,
    test: async () => true,
  };
  const source = (): FeedSource => ({
    read: () => {
      counts.looks += 1;
      return script.look();
    },
    confirm: () =>
      new Promise((resolve, reject) =>
        asked.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer))),
      ),
    hearsDoorbell: () => script.test(),
    close: () => undefined,
  });
  const feed = new Feed(new Denylist(clock, 305_000), clock, {
    pollInterval: 60_000,
    open: async (ring) => {
      counts.opened += 1;
      script.ring = ring;
      return source();
    },
    onChange: () => (counts.changes += 1),
    onDoorbell: (isHeard) => heard.push(isHeard),
  });
  feeds.push(feed);
  /** The next question, once it was asked. */
  const question = async () => {
    await until(() => asked.length > 0);
    return asked.shift()!;
  };
  return { clock, feed, asked, counts, heard, script, question };
}
const feeds: Feed[] = [];
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.stop())));

describe('a feed that is asked to confirm', () => {
  it('asks nobody before it has loaded', async () => {
    const { feed, asked } = world();
    expect(await feed.confirm()).toBe(false);
    expect(asked).toHaveLength(0);
  });

  it('has its mark at the moment before it asked', async () => {
    const { feed, clock, question } = world();
    await feed.start();
    clock.advance(500);
    expect(feed.age()).toBe(500);
    const confirmed = feed.confirm();
    const answer = await question();
    clock.advance(20);
    answer(true);
    expect([await confirmed, feed.age()]).toEqual([true, 20]);
  });

  it('asks once for all who come while an answer is awaited, after that answer', async () => {
    const { feed, asked, question } = world();
    await feed.start();
    const first = feed.confirm();
    const later = [feed.confirm(), feed.confirm(), feed.confirm()];
    const answer = await question();
    expect(asked).toHaveLength(0);
    answer(true);
    expect(await first).toBe(true);
    const next = await question();
    next(false);
    expect(await Promise.all(later)).toEqual([false, false, false]);
    expect(asked).toHaveLength(0);
  });

  it('looks at once where there is news, and asks nobody until it has looked', async () => {
    const { feed, asked, question, counts, script } = world();
    await feed.start();
    let look: (page: FeedPage) => void = () => undefined;
    script.look = () => new Promise((resolve) => (look = resolve));
    const confirmed = feed.confirm();
    (await question())(false);
    expect(await confirmed).toBe(false);
    await until(() => counts.looks === 2);
    expect([await feed.confirm(), asked.length]).toEqual([false, 0]);
    look({ ...NOTHING, complete: false });
    await until(() => {
      void feed.confirm();
      return asked.length > 0;
    });
    (await question())(true);
  });

  it('gives up after a while, until it has looked', async () => {
    const { feed, question, counts } = world();
    await feed.start();
    const confirmed = feed.confirm();
    const answer = await question();
    expect(await confirmed).toBe(false);
    answer(true);
    await until(() => counts.looks === 2);
    const again = feed.confirm();
    (await question())(true);
    expect(await again).toBe(true);
  });

  it('asks a connection that cannot tell no second time, and the next one again', async () => {
    const { feed, asked, question, counts, script } = world();
    await feed.start();
    const confirmed = feed.confirm();
    (await question())(new Error('prepared statement "portcullis_confirm" does not exist'));
    expect(await confirmed).toBe(false);
    await until(() => counts.looks === 2);
    expect([await feed.confirm(), asked.length]).toEqual([false, 0]);
    script.look = async () => {
      script.look = async () => NOTHING;
      throw new Error('lost');
    };
    script.ring();
    await until(() => counts.opened === 2);
    await until(() => {
      void feed.confirm();
      return asked.length > 0;
    });
    (await question())(true);
  });
});

it('takes no answer of a connection that was lost meanwhile', async () => {
  const { feed, question, counts, script } = world();
  await feed.start();
  const confirmed = feed.confirm();
  const answer = await question();
  script.look = async () => {
    script.look = async () => NOTHING;
    throw new Error('lost');
  };
  script.ring();
  await until(() => counts.opened === 2 && counts.looks === 3);
  answer(true);
  expect(await confirmed).toBe(false);
});

it('tells of a revocation that names nobody, and of no other', async () => {
  const { feed, counts, script } = world();
  await feed.start();
  script.look = async () => ({ ...NOTHING, complete: false, items: [NAMES_NOBODY] });
  script.ring();
  await until(() => counts.changes === 1);
});

it('tells of other signing keys, once', async () => {
  const { feed, counts, script } = world();
  await feed.start();
  expect(counts.changes).toBe(0);
  for (const [keysVersion, changes] of [
    ['', 0],
    ['other keys', 1],
    ['other keys', 1],
    ['', 2],
  ] as const) {
    const { looks } = counts;
    script.look = async () => ({ ...NOTHING, complete: false, keysVersion });
    script.ring();
    await until(() => counts.looks > looks);
    await until(() => counts.changes >= changes);
    expect(counts.changes).toBe(changes);
  }
});

it('tests the doorbell once a connection, and at the next look again where nobody could tell', async () => {
  const { feed, counts, heard, script } = world();
  let tests = 0;
  script.test = async () => {
    tests += 1;
    if (tests === 1) throw new Error('no connection is free');
    return false;
  };
  await feed.start();
  for (const looks of [2, 3]) {
    script.ring();
    await until(() => counts.looks === looks);
  }
  expect([tests, heard]).toEqual([2, [false]]);
});
