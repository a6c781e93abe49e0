import { TestClock } from '../support/clock.js';
import { ask, login, reasons } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN } from '../support/server.js';

export const PASSWORD = 'a password of some length';
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

export const REVOKED = 'UNAUTHENTICATED/SESSION_REVOKED';
export const EXPIRED = 'UNAUTHENTICATED/TOKEN_EXPIRED';
export const DISABLED = 'UNAUTHENTICATED/ACCOUNT_DISABLED';
export const UNAVAILABLE = 'AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE';

/** Three nodes of one scheme on one database, each behind a proxy, and one clock that the test sets. */
export interface World {
  readonly clock: TestClock;
  readonly database: TestDatabase;
  readonly nodes: readonly [ServerBehindProxy, ServerBehindProxy, ServerBehindProxy];
  /** Asks the node a mutation as a freshly signed-in admin. */
  asAdmin(mutation: string): Promise<Answer>;
  stop(): Promise<void>;
}

export async function world(scheme: string, env: Record<string, string> = {}): Promise<World> {
  const clock = new TestClock();
  const database = await createTestDatabase();
  const start = () =>
    startServerBehindProxy({ clock, database, env: { PORTCULLIS_SCHEME: scheme, ...env } });
  const nodes = [await start(), await start(), await start()] as const;
  return {
    clock,
    database,
    nodes,
    asAdmin: async (mutation) => {
      const { accessToken: token } = await login(nodes[0].url, ADMIN.email, ADMIN.password);
      return ask(nodes[0].url, mutation, { token });
    },
    stop: async () => {
      for (const node of nodes) await node.stop();
      await database.drop();
    },
  };
}

/** What a plain @auth field says. */
export async function plain(node: ServerBehindProxy, { accessToken: token }: Tokens) {
  return reasons(await ask(node.url, '{ me { email } }', { token }));
}

/** What a @critical field says. */
export async function critical(node: ServerBehindProxy, { accessToken: token }: Tokens) {
  return reasons(await ask(node.url, '{ mySessions { id } }', { token }));
}

/** How many statements a request cost the node's database. */
export async function costOf(node: ServerBehindProxy, request: () => Promise<unknown>) {
  const before = node.proxy.statements.length;
  await request();
  return node.proxy.statements.length - before;
}

/** The payload of a JWT, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}
