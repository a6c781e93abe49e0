import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Denylist } from '../../src/revocation/index.js';
import type { AgedRevocation } from '../../src/revocation/index.js';
import { createAsk } from '../../src/verify/http.js';
import { RemoteFeed } from '../../src/verify/remote-feed.js';
import { TestClock } from '../support/clock.js';
import { createTestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { SERVICE_TOKEN, startAskable } from '../server/oauth/support.js';

const LIFETIME = 3_600_000;
const sessions = (...sessionIds: string[]) =>
  ({ kind: 'sessions', sessionIds, reason: 'SESSION_REVOKED' }) as const;
const of = (sessionId: string) => ({ sessionId, userId: 'u', tokenEpoch: 0, globalEpoch: 0 });

interface Scripted {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** In place of a body. */
  readonly text?: string;
  /** Milliseconds that pass at the client until it has the answer. */
  readonly takes?: number;
}

const HEADERS = {
  etag: '"node.1.1"',
  'portcullis-held': '0',
  'portcullis-mark-age': '0',
  'portcullis-lifetime': '300000',
  'portcullis-time': '1',
};
const COMPLETE = { complete: true, revocations: [] };

/** A feed from a server that answers by the book, one answer after the other, and then no more. */
async function scripted(answers: readonly Scripted[]) {
  const clock = new TestClock();
  const denylist = new Denylist(clock, LIFETIME);
  const asked: IncomingMessage[] = [];
  const states: string[] = [];
  const http = createServer((request, response) => {
    const answer = answers[asked.push(request) - 1];
    if (!answer) return;
    const { status = 200, headers = {}, body = COMPLETE, takes = 0 } = answer;
    const { text = JSON.stringify(body) } = answer;
    clock.advance(takes);
    response.writeHead(status, { ...HEADERS, ...headers });
    response.end(status === 304 ? '' : text);
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  let keysTold = 0;
  const feed = new RemoteFeed({
    ...{ clock, denylist, ask: createAsk(), serviceToken: SERVICE_TOKEN, wait: 1, timeout: 2_000 },
    url: `http://127.0.0.1:${port}/revocations`,
    onTime: () => undefined,
    onKeys: () => (keysTold += 1),
    onState: (state, why) => states.push(`${state} ${why}`.trim()),
  });
  void feed.start();
  // The last one is asked when all before are applied.
  await until(() => asked.length > answers.length);
  await feed.stop();
  http.closeAllConnections();
  http.close();
  const tags = asked.map(({ headers }) => headers['if-none-match']);
  return { clock, denylist, feed, asked, tags, states, keysTold };
}

describe('the mark of a service', () => {
  it.each([
    // The moment of sending, plus what the node held it, minus the age of the node's own mark.
    ['a node that answers at once', { held: 0, markAge: 0, takes: 0 }, 0],
    ['an answer that was long on its way', { held: 0, markAge: 0, takes: 3_000 }, 3_000],
    ['a request that was held', { held: 1_000, markAge: 400, takes: 1_000 }, 400],
    ['both', { held: 1_000, markAge: 400, takes: 3_000 }, 2_400],
    ['a node whose own mark is old', { held: 0, markAge: 9_000, takes: 5 }, 9_005],
  ])('is never newer than it can be: %s', async (_what, { held, markAge, takes }, age) => {
    const headers = { 'portcullis-held': `${held}`, 'portcullis-mark-age': `${markAge}` };
    expect((await scripted([{ headers, takes }])).feed.age()).toBe(age);
    const unchanged = [{}, { status: 304, headers, takes }];
    expect((await scripted(unchanged)).feed.age()).toBe(Math.min(age, takes));
  });

  it('is the newest that any node allows, and none allows it to go back', async () => {
    const other = { etag: '"other.1.1"', 'portcullis-mark-age': '60000' };
    const { feed, clock } = await scripted([{}, { headers: other }]);
    expect(feed.age()).toBe(0);
    clock.sleep(5_000);
    expect(feed.age()).toBe(5_000);
  });

  it('is none, where the node has none', async () => {
    const { 'portcullis-mark-age': _, ...rest } = HEADERS;
    const clock = new TestClock();
    const ask = async () => ({
      status: 200,
      headers: new Headers(rest),
      text: JSON.stringify(COMPLETE),
    });
    const feed = new RemoteFeed({
      ...{ clock, ask, serviceToken: 't', wait: 1, timeout: 1, url: 'http://a' },
      denylist: new Denylist(clock, LIFETIME),
      onTime: () => undefined,
      onKeys: () => undefined,
      onState: () => undefined,
    });
    await feed.start();
    expect(feed.age()).toBeUndefined();
    await feed.stop();
  });
});

describe('what a service has been told', () => {
  it('it keeps, whoever tells it next, for as long as it can stop a token', async () => {
    const told = (...ids: string[]) => ({
      complete: true,
      revocations: [{ ...sessions(...ids), remaining: 10_000 }],
    });
    const { denylist, clock, tags } = await scripted([
      { body: told('a', 'b') },
      { body: told('c'), headers: { etag: '"other.1.7"' } },
      { body: { ...told('d'), complete: false }, headers: { etag: '"node.1.2"' } },
    ]);
    for (const id of ['a', 'b', 'c', 'd']) expect(denylist.find(of(id))).toBe('SESSION_REVOKED');
    expect(tags).toEqual([
      undefined,
      '"node.1.1"',
      '"node.1.1", "other.1.7"',
      '"other.1.7", "node.1.2"',
    ]);
    clock.advance(10_999);
    denylist.beginLook();
    expect(denylist.size).toBe(0);
  });

  it('also of users and of everybody', async () => {
    const body = {
      complete: true,
      revocations: [
        {
          kind: 'users',
          users: [{ userId: 'v', epoch: 2 }],
          reason: 'ACCOUNT_DISABLED',
          remaining: 9_000,
        },
        { kind: 'everyone', epoch: 3, reason: 'SESSION_REVOKED', remaining: 9_000 },
      ],
    };
    const { denylist } = await scripted([{ body }]);
    const now = { ...of('s'), globalEpoch: 3 };
    expect(denylist.find({ ...now, userId: 'v', tokenEpoch: 1 })).toBe('ACCOUNT_DISABLED');
    expect(denylist.find(now)).toBeUndefined();
    expect(denylist.find(of('s'))).toBe('SESSION_REVOKED');
  });

  it.each<[string, Scripted]>([
    ['an error', { status: 500 }],
    ['a refusal', { status: 401 }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['no JSON', { text: '<html>' }],
    ['cut short', { text: '{"complete":true,' }],
    ['another object', { body: {} }],
    ['a kind that it does not know', { body: { complete: true, revocations: [{ kind: 'x' }] } }],
    ['no tag', { headers: { etag: '' } }],
    ['a tag of another form', { headers: { etag: '"x"' } }],
    ['no word of how long it was held', { headers: { 'portcullis-held': 'x' } }],
    ['news to somebody else', { body: { complete: false, revocations: [] } }],
    ['unchanged, to somebody else', { status: 304 }],
    ['an answer that was kept', { headers: { age: '1' } }],
  ])('is nothing, where the answer is %s', async (_what, answer) => {
    const { feed, tags, states } = await scripted([answer]);
    expect(feed.age()).toBeUndefined();
    expect(tags).toEqual([undefined, undefined]);
    expect(states).toEqual([expect.stringMatching(/^lost /)]);
  });

  it('includes once a node that its keys are others now', async () => {
    const keys = (version: string, node = 'node') => ({
      headers: { etag: `"${node}.1.1"`, 'portcullis-keys': version },
    });
    const other = keys('one', 'other');
    const told = [keys('one'), other, keys('one'), keys('two'), other, keys('two')];
    expect((await scripted(told)).keysTold).toBe(3);
  });
});

it('two nodes behind one address each tell everything once, and then news alone', async () => {
  const database = await createTestDatabase();
  const nodes = [await startAskable({ database }), await startAskable({ database })];
  const answers: string[] = [];
  let turn = 0;
  const alternating: typeof fetch = async (input, init) => {
    const { search, pathname } = new URL(input instanceof Request ? input.url : input);
    const node = nodes[turn++ % 2]!;
    const response = await fetch(`${node.url}${pathname}${search}`, init);
    const text = await response.clone().text();
    const { complete } = (text === '' ? {} : JSON.parse(text)) as { complete?: boolean };
    answers.push(complete === undefined ? '304' : complete ? 'all' : 'news');
    return response;
  };
  const clock = nodes[0]!.node.deps.clock;
  const denylist = new Denylist(clock, LIFETIME);
  const feed = new RemoteFeed({
    ...{ clock, denylist, ask: createAsk(alternating), serviceToken: SERVICE_TOKEN },
    ...{ wait: 1, timeout: 5_000, url: 'http://balancer.example.com/revocations' },
    onTime: () => undefined,
    onKeys: () => undefined,
    onState: () => undefined,
  });
  await feed.start();
  // What one node alone knows.
  const knownTo = (index: number, id: string) => nodes[index]!.node.deps.denylist.add(sessions(id));
  const knows = (id: string) => until(() => denylist.find(of(id)) !== undefined);
  await until(() => answers.length >= 2);
  for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
    knownTo(index % 2, id);
    await knows(id);
  }
  expect(answers.slice(0, 2)).toEqual(['all', 'all']);
  expect(answers.slice(2)).not.toContain('all');
  const again: AgedRevocation[] = [{ revocation: sessions('e'), age: 0 }];
  nodes[0]!.node.deps.denylist.replaceAll(again);
  await knows('e');
  for (const id of ['a', 'b', 'c', 'd']) expect(denylist.find(of(id))).toBe('SESSION_REVOKED');
  expect(answers.filter((answer) => answer === 'all')).toHaveLength(3);
  expect(feed.age()).toBeLessThan(10_000);
  await feed.stop();
  for (const node of nodes) await node.stop();
  await database.drop();
}, 60_000);
