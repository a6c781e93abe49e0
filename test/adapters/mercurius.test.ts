import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { describeContract } from './support/contract.js';
import { serveMercurius } from './support/servers.js';
import type { Served } from './support/servers.js';
import { createShop } from './support/shop.js';
import type { Shop } from './support/shop.js';

describeContract('Mercurius', (options) => serveMercurius(options));
describeContract('Mercurius with jit', (options) => serveMercurius(options, { jit: 1 }));

describe('on a socket of Mercurius', () => {
  let shop: Shop;
  let served: Served;
  beforeEach(async () => {
    shop = createShop();
    served = await serveMercurius(shop, { sockets: true });
  });
  afterEach(() => served.stop());

  /** What an operation was answered, as text. */
  async function answers(query: string, token?: string, operationName?: string): Promise<string> {
    const client = createClient({
      url: `${served.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const heard: unknown[] = [];
    await new Promise<void>((over) => {
      client.subscribe(
        { query, variables: { from: 7 }, operationName },
        {
          next: (value) => heard.push(value),
          error: (error) => {
            heard.push(error);
            over();
          },
          complete: over,
        },
      );
    });
    await client.dispose();
    return JSON.stringify(heard);
  }

  it.each([
    ['subscription ($from: Int!) { ticks(from: $from) }', undefined, 'NO_TOKEN'],
    ['subscription ($from: Int!) { openTicks(from: $from) }', 'stolen', 'TOKEN_INVALID'],
  ])('%s is refused before its source is made, to the token %s', async (query, token, reason) => {
    expect(await answers(query, token)).toContain(`"reason":"${reason}"`);
    expect(shop.ran).toEqual([]);
  });

  it('a subscription passes with a token', async () => {
    const query = 'subscription ($from: Int!) { ticks(from: $from) }';
    expect(await answers(query, 'user')).toBe('[{"data":{"ticks":7}}]');
    expect(shop.ran).toEqual(['ticks']);
  });

  it('a mutation is refused as a whole', async () => {
    expect(await answers('mutation { free first }')).toContain('"reason":"NO_TOKEN"');
    expect(shop.ran).toEqual([]);
  });

  it('where nothing tells which operation runs, all of its document must be allowed to', async () => {
    const query = 'mutation One { free first } mutation Two { free }';
    expect(await answers(query, undefined, 'One')).toContain('"reason":"NO_TOKEN"');
    expect(shop.ran).toEqual([]);
    expect(await answers(query, 'user', 'Two')).toBe('[{"data":{"free":"free"}}]');
  });
});
