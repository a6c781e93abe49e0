import { reEncryptKeys, rotateSigningKey } from '../../src/services/index.js';
import { audited } from '../support/audit.js';
import { ask, login, reasons, refresh, register, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const OLD = 'gT5wq8Zr2Lx7Vb0Nc4Jm9Ks6Hd3Fp1AyUoEiQkWz';
const NEW = 'p7Jq2Vx9Lr4Tn8Wk1Zc6Ys3Bm5Hd0GfQaEuXoIvR';
const PASSWORD = 'a password of some length';

let database: TestDatabase;
let running: TestServer[];
beforeEach(async () => {
  database = await createTestDatabase();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await database.drop();
});

/** A node that was started with this secret, and with this one before it. */
async function start(secret: string, previous = ''): Promise<TestServer> {
  const env = { PORTCULLIS_SECRET: secret, PORTCULLIS_SECRET_PREVIOUS: previous };
  const server = await startTestServer({ database, env: { ...env, KEY_PUBLISH_WAIT: '0s' } });
  running.push(server);
  return server;
}

/** What each node does by itself once a second. */
const look = (...servers: TestServer[]) =>
  Promise.all(servers.map(({ node }) => node.deps.keys.reload()));

async function expectGood(server: TestServer, { accessToken: token }: Tokens): Promise<void> {
  const { data } = await ask(server.url, '{ me { id } mySessions { current } }', { token });
  expect(data?.['mySessions']).toContainEqual({ current: true });
}

/** A database whose first node had this secret. */
const sealedUnder = async (secret: string) => {
  const server = await start(secret);
  await server.stop();
};

describe('while nodes get the new secret one after the other', () => {
  it('nobody notices on which of them a request arrives', async () => {
    const before = await start(OLD);
    let tokens = await register(before.url, 'ada@example.com', PASSWORD);
    const after = await start(NEW, OLD);
    for (const server of [after, before, after, after, before]) {
      await expectGood(server, tokens);
      tokens = await refresh(server.url, tokens.refreshToken);
    }
    for (const server of [after, before]) {
      const started = await login(server.url, 'ada@example.com', PASSWORD);
      for (const other of [before, after]) {
        await expectGood(other, started);
        await refresh(other.url, started.refreshToken);
      }
    }
  });

  it('refreshes that race on both get the same successor', async () => {
    const before = await start(OLD);
    const after = await start(NEW, OLD);
    const { refreshToken } = await register(after.url, 'ada@example.com', PASSWORD);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        refresh(index % 2 === 0 ? before.url : after.url, refreshToken),
      ),
    );
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
  });

  it('signing keys are rotated as ever', async () => {
    const before = await start(OLD);
    const after = await start(NEW, OLD);
    for (const server of [after, before]) {
      await rotateSigningKey(server.node.deps, undefined, false);
      await look(before, after);
      const tokens = await login(server.url, ADMIN.email, ADMIN.password);
      for (const other of [before, after]) await expectGood(other, tokens);
    }
    await start(OLD);
    expect(before.log() + after.log()).not.toContain('sealed under a secret');
  });

  it('a node says that the keys are still under the previous one', async () => {
    await start(OLD);
    expect((await start(NEW, OLD)).log()).toContain('until keys re-encrypt is run');
    expect((await start(OLD, NEW)).log()).not.toContain('until keys re-encrypt is run');
  });
});

describe('once the keys are put under the new secret', () => {
  it('nodes that know it alone serve everybody who has refreshed since', async () => {
    await sealedUnder(OLD);
    const after = await start(NEW, OLD);
    const moved = await register(after.url, 'ada@example.com', PASSWORD);
    const idle = await login(after.url, 'ada@example.com', PASSWORD);
    expect(after.node.deps.keys.secret).toBe(OLD);

    expect(await reEncryptKeys(after.node.deps)).toBe(1);
    const tokens = await refresh(after.url, moved.refreshToken);
    const only = await start(NEW);
    await expectGood(only, tokens);
    await expectGood(only, idle);
    await refresh(only.url, tokens.refreshToken);
    expect(reasons(await tryRefresh(only.url, idle.refreshToken))).toEqual([
      'REFRESH_REJECTED/REFRESH_INVALID',
    ]);
    // Its session lives on: where the previous secret is still accepted, it is refreshed.
    await refresh(after.url, idle.refreshToken);
    await expect(start(OLD)).rejects.toThrow('PORTCULLIS_SECRET is not the one');
  });

  it('a token that was traded before gets its successor within the grace, on every node', async () => {
    await sealedUnder(OLD);
    const nodes = [await start(NEW, OLD), await start(NEW, OLD)];
    const [{ url } = { url: '' }] = nodes;
    const first = await register(url, 'ada@example.com', PASSWORD);
    const second = await refresh(url, first.refreshToken);
    await reEncryptKeys(nodes[0]!.node.deps);
    await look(...nodes);
    const again = await Promise.all(
      Array.from({ length: 10 }, (_, index) => refresh(nodes[index % 2]!.url, first.refreshToken)),
    );
    expect(new Set(again.map((answer) => answer.refreshToken)).size).toBe(1);
    // The lost answer and its repetition are the same token in two words: neither is theft.
    const third = await refresh(url, second.refreshToken);
    expect((await refresh(url, again[0]!.refreshToken)).refreshToken).toBe(third.refreshToken);
  });

  it('a node that knows the old one alone goes on with the keys that it has, and says so', async () => {
    const before = await start(OLD);
    const after = await start(NEW, OLD);
    const tokens = await register(before.url, 'ada@example.com', PASSWORD);
    await reEncryptKeys(after.node.deps);
    await look(before);
    await expectGood(before, tokens);
    await expectGood(after, await refresh(before.url, tokens.refreshToken));
    await expectGood(before, await login(after.url, 'ada@example.com', PASSWORD));
    expect(before.log()).toContain('sealed under a secret that is not known here');
  });

  it('nothing is done twice, whoever asks at the same time', async () => {
    await sealedUnder(OLD);
    const nodes = [await start(NEW, OLD), await start(NEW, OLD)];
    const counts = await Promise.all(nodes.map(({ node }) => reEncryptKeys(node.deps)));
    expect(counts.sort()).toEqual([0, 1]);
    expect(await reEncryptKeys(nodes[0]!.node.deps)).toBe(0);
    expect(await audited(database, 'key.re-encrypted')).toHaveLength(1);
    await start(NEW);
  });

  it('nothing is done by halves where one of them opens under neither', async () => {
    await sealedUnder(OLD);
    const after = await start(NEW, OLD);
    await rotateSigningKey(after.node.deps, undefined, false);
    const sealed = () => database.query('SELECT kid, private_key FROM signing_keys ORDER BY kid');
    await database.query(
      "UPDATE signing_keys SET private_key = '\\x00' WHERE kid = (SELECT min(kid) FROM signing_keys)",
    );
    const rows = await sealed();
    await expect(reEncryptKeys(after.node.deps)).rejects.toThrow(
      /^Signing key \S+ cannot be opened/,
    );
    expect(await sealed()).toEqual(rows);
  });
});

describe('a secret that the keys are not under', () => {
  it('refuses to start, and is not printed', async () => {
    await sealedUnder(OLD);
    const failure = await start(NEW).catch((error: unknown) => error);
    expect(String(failure)).toMatch(/Signing key \S+ cannot be opened: PORTCULLIS_SECRET is not/);
    expect(String(failure)).not.toContain(NEW);
  });
});
