import { randomUUID } from 'node:crypto';
import { decode } from 'jsonwebtoken';
import { ask, login, reasons, refresh, register } from '../support/client.js';
import type { AskOptions, Tokens } from '../support/client.js';
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

/** What a machine that is busy with other tests answers at times; a client tries again. */
const BUSY = /UNAVAILABLE|RATE_LIMITED/;

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 20 || !BUSY.test(String(error))) throw error;
    }
  }
}

/** Fails where it is refused because the machine is busy; else answers the refusals. */
async function askAt(index: number, query: string, options: AskOptions) {
  const answer = await ask(url(index), query, options);
  const refused = reasons(answer);
  if (refused.some((reason) => BUSY.test(reason))) throw new Error(refused.join());
  return { data: answer.data, refused };
}

const logIn = (index: number, email: string, password = PASSWORD) =>
  patiently(() => login(url(index), email, password));

async function rotate(index: number, all = false): Promise<string> {
  const { accessToken: token } = await logIn(index, ADMIN.email, ADMIN.password);
  const rotation = () => askAt(index, ROTATE, { token, variables: { all } });
  const { data, refused } = await (all ? rotation() : patiently(rotation));
  expect(refused).toEqual([]);
  return (data?.['rotateSigningKey'] as { kid: string }).kid;
}

/** Why this node does not take the token, on an @auth and a @critical field. Empty if it does. */
async function refusals(index: number, { accessToken: token }: Tokens): Promise<string[]> {
  const query = '{ me { id } mySessions { current } }';
  return (await patiently(() => askAt(index, query, { token }))).refused;
}

const renew = (index: number, { refreshToken }: Tokens) =>
  patiently(() => refresh(url(index), refreshToken));

/** A new account, of whatever address it takes. */
async function signUp(index: number): Promise<{ email: string; tokens: Tokens }> {
  return patiently(async () => {
    const email = `${randomUUID()}@example.com`;
    return { email, tokens: await register(url(index), email, PASSWORD) };
  });
}

/** Somebody who behaves, and asks any node as it comes. */
class Client {
  readonly kids = new Set<string>();
  readonly complaints: string[] = [];
  asked = 0;

  async run(isOver: () => boolean): Promise<void> {
    let turn = Math.floor(Math.random() * 3);
    const { email, tokens: first } = await signUp(turn);
    let tokens = first;
    while (!isOver()) {
      turn += 1;
      this.kids.add(kidOf(tokens.accessToken));
      for (const index of [turn, turn + 1, turn + 2]) {
        this.complaints.push(...(await refusals(index, tokens)));
        this.asked += 1;
      }
      tokens = turn % 5 === 0 ? await logIn(turn, email) : await renew(turn, tokens);
    }
  }
}

describe('three nodes under load', () => {
  it('rotate their signing keys again and again, and nobody notices', async () => {
    let over = false;
    const clients = Array.from({ length: WORKERS }, () => new Client());
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
    const old = await Promise.all([0, 1, 2, 3, 4, 5].map(signUp));
    let answered = false;
    const late: string[] = [];
    let checked = 0;
    /** Log-ins one after the other; what begins after the answer is good on every node at once. */
    const logInAgain = async (email: string, isOver: () => boolean) => {
      for (let turn = 0; !isOver(); turn += 1) {
        const after = answered;
        const tokens = await logIn(turn, email);
        for (const index of [turn + 1, turn + 2, turn]) {
          const why = await refusals(index, tokens);
          if (after) late.push(...why);
        }
        if (after) checked += 1;
      }
    };
    const clients = old.slice(3).map(({ email }) => logInAgain(email, () => checked >= 30));
    const kid = await rotate(0, true);
    answered = true;
    for (const { tokens } of old) {
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
