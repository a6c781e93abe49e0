import { Database } from '../../src/database/index.js';
import { SigningKeys } from '../../src/services/index.js';
import { AuditStore, SigningKeyStore } from '../../src/stores/index.js';
import { KeyVault, generateSigningKey } from '../../src/tokens/index.js';
import type { Secrets } from '../../src/tokens/index.js';
import { TestClock } from '../support/clock.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { startProxy } from '../support/proxy.js';
import type { Proxy } from '../support/proxy.js';
import { until } from '../support/until.js';

const OLD = 'an old secret of thirty-two bytes or more';
const NEW = 'a new secret of thirty-two bytes or more';
const MINUTE = 60_000;

const clock = new TestClock();
const store = new SigningKeyStore(clock);
let testDatabase: TestDatabase;
let proxy: Proxy;
let database: Database;
let warnings: object[];
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  proxy = await startProxy(testDatabase.url);
  database = new Database(proxy.url, { connections: 3, checkConnections: 1 });
  warnings = [];
});
afterEach(async () => {
  await database.close();
  await proxy.stop();
  await testDatabase.drop();
});

/** The keys of one node. */
const open = (secrets: Secrets = [OLD], tokenLife = MINUTE, from = store) =>
  SigningKeys.open({
    ...{
      database,
      store: from,
      audit: new AuditStore(clock),
      vault: new KeyVault(secrets),
      clock,
      tokenLife,
    },
    warn: (facts, message) => warnings.push({ ...facts, message }),
  });
const version = () => database.read((db) => store.version(db));
const list = () => database.read((db) => store.list(db));

/** Adds a key as a node of these keys would. */
async function add(keys: SigningKeys, wait = 0): Promise<string> {
  const key = generateSigningKey();
  await database.transaction(async (trx) => {
    await store.lock(trx);
    await keys.insert(trx, key, wait);
  });
  return key.kid;
}

const loads = () => proxy.statements.filter((text) => text.includes('"fallsShort"')).length;

/** A store whose answer is on its way for as long as the test likes. */
class SlowStore extends SigningKeyStore {
  hasRead = Promise.resolve();
  #arrival = Promise.resolve();
  #onRead: (() => void) | undefined;

  /** The next load has read, and gets its answer when this is called. */
  holdBack(): () => void {
    let arrive = (): void => undefined;
    this.#arrival = new Promise((resolve) => (arrive = resolve));
    this.hasRead = new Promise((resolve) => (this.#onRead = resolve));
    return arrive;
  }

  override async load(...args: Parameters<SigningKeyStore['load']>) {
    const arrival = this.#arrival;
    this.#arrival = Promise.resolve();
    const rows = await super.load(...args);
    this.#onRead?.();
    await arrival;
    return rows;
  }
}

describe('the keys of a node', () => {
  it('are made once, however many nodes start together', async () => {
    const nodes = await Promise.all([open(), open(), open()]);
    const [key, ...others] = await list();
    expect(others).toEqual([]);
    for (const { ring } of nodes) expect(ring.find(key!.kid)).toBeDefined();
  });

  it('are loaded for a key that is news, and never for one that is known', async () => {
    const keys = await open();
    const kid = await add(keys);
    expect(keys.ring.find(kid)).toBeUndefined();
    await keys.ensure(kid);
    expect(keys.ring.find(kid)).toBeDefined();
    proxy.statements.length = 0;
    await keys.ensure(kid);
    expect(proxy.statements).toEqual([]);
  });

  it('are loaded once or twice for any number who need the same key', async () => {
    const keys = await open();
    const kid = await add(keys);
    proxy.statements.length = 0;
    await Promise.all(Array.from({ length: 200 }, () => keys.ensure(kid)));
    expect(loads()).toBe(1);
    await expect(
      Promise.all(Array.from({ length: 200 }, () => keys.ensure('unknown'))),
    ).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      extensions: { retryable: true },
    });
    expect(loads()).toBeLessThanOrEqual(3);
  });

  it('are loaded by a load that began after they were asked for', async () => {
    const slow = new SlowStore(clock);
    const keys = await open([OLD], MINUTE, slow);
    const answer = slow.holdBack();
    const early = keys.reload();
    await slow.hasRead;
    const kid = await add(keys);
    const late = Promise.all([keys.ensure(kid), keys.ensure(kid)]);
    answer();
    await early;
    expect(keys.ring.find(kid)).toBeUndefined();
    await late;
    expect(keys.ring.find(kid)).toBeDefined();
  });

  it('are looked for once a second at most, whatever keys are named', async () => {
    const [keys, other] = [await open(), await open()];
    clock.advance(1_000);
    const before = loads();
    const flood = () => Promise.all(Array.from({ length: 100 }, (_, n) => keys.lookFor(`no ${n}`)));
    await flood();
    await flood();
    // Those who come while a load is under way share the next.
    expect(loads() - before).toBeLessThanOrEqual(2);
    const kid = await add(other);
    await keys.lookFor(kid);
    expect(keys.ring.find(kid)).toBeUndefined();
    clock.advance(1_000);
    await keys.lookFor(kid);
    expect(keys.ring.find(kid)).toBeDefined();
  });

  it('follow a notice of another version, and no other', async () => {
    const keys = await open();
    const before = await version();
    proxy.statements.length = 0;
    keys.notice(before);
    expect(proxy.statements).toEqual([]);
    const kid = await add(keys);
    const after = await version();
    expect(after).not.toBe(before);
    keys.notice(after);
    await until(() => keys.ring.find(kid) !== undefined);
    proxy.statements.length = 0;
    keys.notice(after);
    await keys.ensure(kid);
    expect(proxy.statements).toEqual([]);
  });

  it('lose what was deleted', async () => {
    const keys = await open();
    const first = (await list())[0]!.kid;
    const kid = await add(keys);
    await keys.ensure(kid);
    await database.transaction(async (trx) => {
      await store.lock(trx);
      expect(await store.enthrone(trx, kid)).toEqual([first]);
    });
    expect(keys.ring.find(first)).toBeDefined();
    keys.notice(await version());
    await until(() => keys.ring.find(first) === undefined);
    expect(keys.ring.jwks().keys).toHaveLength(1);
  });

  it('stay as they are while the database is away, and follow the next notice when it is back', async () => {
    const keys = await open();
    const first = (await list())[0]!.kid;
    const kid = await add(keys);
    const after = await version();
    proxy.refuse();
    keys.notice(after);
    await until(() => warnings.length === 1);
    expect(keys.ring.find(first)).toBeDefined();
    await expect(keys.ensure(kid)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    proxy.heal();
    keys.notice(after);
    await until(() => keys.ring.find(kid) !== undefined);
    expect(JSON.stringify(warnings)).not.toContain(OLD);
  });
});

describe('a retired key', () => {
  const verifiesUntil = async () => (await list()).at(-1)?.verifiesUntil?.getTime();

  it('verifies as long as the longest tokens of any node that may have signed with it', async () => {
    const keys = await open([OLD], MINUTE);
    await open([OLD], 3 * MINUTE);
    await open([OLD], 2 * MINUTE);
    await add(keys, 1_000);
    expect(await verifiesUntil()).toBe(clock.now() + 1_000 + 3 * MINUTE);
  });

  it('a node with longer tokens lengthens that of a key which it learns of later', async () => {
    const keys = await open([OLD], MINUTE);
    const longer = await open([OLD], 3 * MINUTE);
    const kid = await add(keys, 1_000);
    clock.advance(1_000);
    await longer.ensure(kid);
    await add(keys, 1_000);
    const until = (await list()).map((key) => key.verifiesUntil?.getTime());
    expect(until[1]).toBe(clock.now() + 1_000 + 3 * MINUTE);
  });

  it('is deleted when that is over, and never before', async () => {
    const keys = await open([OLD], MINUTE);
    const kid = await add(keys, 1_000);
    await keys.reload();
    clock.advance(1_000 + MINUTE);
    expect(await keys.forgetSpent()).toBe(0);
    clock.advance(1);
    expect(await keys.forgetSpent()).toBe(1);
    expect((await list()).map((key) => key.kid)).toEqual([kid]);
    clock.advance(1_000 * MINUTE);
    expect(await keys.forgetSpent()).toBe(0);
  });
});

describe('a node that knows two secrets', () => {
  it('adds keys under the one that the others are under, which all nodes know', async () => {
    const old = await open([OLD]);
    const both = await open([NEW, OLD]);
    expect(both.secret).toBe(OLD);
    const kid = await add(both);
    await old.ensure(kid);
    expect(warnings).toEqual([]);
    await open([OLD]);
  });

  it('makes the first key under the one that is to stay', async () => {
    expect((await open([NEW, OLD])).secret).toBe(NEW);
    await open([NEW]);
    await expect(open([OLD])).rejects.toThrow(
      /^Signing key \S+ cannot be opened: PORTCULLIS_SECRET /,
    );
  });
});
