import { createClient } from '../../src/client/client.js';
import type { AuthClient } from '../../src/client/auth-client.js';
import { hostPlatform } from '../../src/client/platform.js';
import type { AuthClientOptions, AuthEvent } from '../../src/client/types.js';

export const PASSWORD = 'a password of some length';
export const ADA = { email: 'ada@example.com', password: PASSWORD };

/** A client in this process, and what it told. */
export interface TestClient {
  readonly auth: AuthClient;
  readonly events: AuthEvent[];
  /** The types alone. */
  readonly told: () => string[];
  /** Settles when it has told of this. */
  until(type: AuthEvent['type']): Promise<AuthEvent>;
}

const opened: AuthClient[] = [];
afterEach(() => {
  for (const auth of opened.splice(0)) auth.dispose();
});

/** @param url the server's; disposed after the test */
export function createTestClient(
  url: string,
  options: Partial<AuthClientOptions> = {},
  platform = hostPlatform(false),
): TestClient {
  const auth = createClient({ endpoint: `${url}/graphql`, ...options }, platform);
  opened.push(auth);
  const events: AuthEvent[] = [];
  const waiting = new Set<() => void>();
  auth.subscribe((event) => {
    events.push(event);
    for (const look of waiting) look();
  });
  return {
    auth,
    events,
    told: () => events.map(({ type }) => type),
    until: (type) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find((event) => event.type === type);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}
