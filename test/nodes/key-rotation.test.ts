import { decode } from 'jsonwebtoken';
import { ask, login, reasons, refresh, register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { spawnServer } from '../support/process.js';
import type { ServerProcess } from '../support/process.js';
import { ADMIN } from '../support/server.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const WORKERS = 4;
const ROTATE =
  'mutation ($all: Boolean! = false) { rotateSigningKey(revokeIssued: $all) { kid status } }';

let database: TestDatabase;
let nodes: ServerProcess[];
const url = (index: number): string => nodes[index % nodes.length]?.url ?? '';
beforeAll(async () => {
  database = await createTestDatabase();
  // Ten times as long as a node takes to learn of a key, on a machine that is busy with other tests.
  const env = { KEY_PUBLISH_WAIT: '10s', ACCESS_TTL: '20s', LOG_LEVEL: 'info' };
  nodes = await Promise.all([1, 2, 3].map(() => spawnServer(database.url, env)));
}, 120_000);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await database.drop();
});

const kidOf = (token: string) => decode(token, { complete: true })?.header.kid ?? '';

async function published(index: number): Promise<string[]> {
  const { keys } = (await (await fetch(`${url(index)}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string }[];
  };
  return keys.map(({ kid }) => kid);
}

async function rotate(index: number, all = false): Promise<string> {
  const { accessToken: token } = await login(url(index), ADMIN.email, ADMIN.password);
  const answer = await ask(url(index), ROTATE, { token, variables: { all } });
  expect(reasons(answer)).toEqual([]);
  return (answer.data?.['rotateSigningKey'] as { kid: string }).kid;
}

/** Why this node does not take the token, on an @auth and a @critical field. Empty if it does. */
async function refusals(index: number, { accessToken: token }: Tokens): Promise<string[]> {
  return reasons(await ask(url(index), '{ me { id } mySessions { current } }', { token }));
}

/** Somebody who behaves, and asks any node as it comes. */
class Client {
  readonly kids = new Set<string>();
  readonly complaints: string[] = [];
  asked = 0;

  constructor(private readonly email: string) {}

  async run(isOver: () => boolean): Promise<void> {
    let turn = Math.floor(Math.random() * 3);
    let tokens = await register(url(turn), this.email, PASSWORD);
    while (!isOver()) {
      turn += 1;
      this.kids.add(kidOf(tokens.accessToken));
      for (const index of [turn, turn + 1, turn + 2]) {
        this.complaints.push(...(await refusals(index, tokens)));
        this.asked += 1;
      }
      tokens =
        turn % 5 === 0
          ? await login(url(turn), this.email, PASSWORD)
          : await refresh(url(turn), tokens.refreshToken);
    }
  }
}

describe('three nodes under load', () => {
  it('rotate their signing keys again and again, and nobody notices', async () => {
    let over = false;
    const clients = Array.from({ length: WORKERS }, (_, n) => new Client(`c${n}@example.com`));
    const running = Promise.all(clients.map((client) => client.run(() => over)));
    const used = (kid: string) => clients.every(({ kids }) => kids.has(kid));
    try {
      for (let round = 1; round <= ROUNDS; round += 1) {
        // On two nodes at the same moment: it is one key.
        const [kid, same] = await Promise.all([rotate(round), rotate(round + 1)]);
        expect(same).toBe(kid);
        const everywhere = async () =>
          (await Promise.all([0, 1, 2].map(published))).every((kids) => kids.includes(kid));
        await until(everywhere);
        // Whoever fetches the public keys now is in time: nobody has seen a token of this key yet.
        expect(clients.some(({ kids }) => kids.has(kid))).toBe(false);
        await until(() => used(kid), 60_000);
      }
    } finally {
      over = true;
      await running;
    }
    expect(clients.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(Math.min(...clients.map(({ asked }) => asked))).toBeGreaterThan(10 * ROUNDS);
    expect(nodes.map((node) => node.output()).join('')).not.toMatch(
      /signing key.*(cannot|could not)/,
    );
  }, 300_000);

  it('revoke all that was issued: the old is refused everywhere, the new is good everywhere', async () => {
    const old = await Promise.all(
      Array.from({ length: 6 }, (_, n) => register(url(n), `old${n}@example.com`, PASSWORD)),
    );
    let answered = false;
    const late: string[] = [];
    let checked = 0;
    /** Log-ins one after the other; what begins after the answer is good on every node at once. */
    const logInAgain = async (client: number, isOver: () => boolean) => {
      for (let turn = client; !isOver(); turn += 1) {
        const after = answered;
        const tokens = await login(url(turn), `old${client}@example.com`, PASSWORD);
        for (const index of [turn + 1, turn + 2, turn]) {
          const why = await refusals(index, tokens);
          if (after) late.push(...why);
        }
        if (after) checked += 1;
      }
    };
    const clients = [0, 1, 2].map((n) => logInAgain(n, () => checked >= 30));
    const kid = await rotate(0, true);
    answered = true;
    for (const tokens of old) {
      for (const index of [0, 1, 2]) {
        await until(async () => (await refusals(index, tokens)).length > 0);
        expect(await refusals(index, tokens)).toEqual([
          expect.stringMatching(/^UNAUTHENTICATED\/(TOKEN_INVALID|SESSION_REVOKED)$/),
        ]);
      }
    }
    await Promise.all(clients);
    expect(late).toEqual([]);
    for (const index of [0, 1, 2]) expect(await published(index)).toEqual([kid]);
  }, 120_000);
});
