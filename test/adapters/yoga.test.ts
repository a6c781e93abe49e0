import { ask } from '../support/client.js';
import { describeContract } from './support/contract.js';
import { serveYoga } from './support/servers.js';
import type { Served } from './support/servers.js';
import { createShop } from './support/shop.js';
import type { Shop } from './support/shop.js';

describeContract('GraphQL Yoga', (options) => serveYoga(options));

describe('on GraphQL Yoga', () => {
  let shop: Shop;
  let served: Served;
  beforeEach(async () => {
    shop = createShop();
    served = await serveYoga(shop);
  });
  afterEach(() => served.stop());

  async function events(query: string, token?: string): Promise<string> {
    const response = await fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables: { from: 7 } }),
    });
    return response.text();
  }

  it.each([
    ['subscription ($from: Int!) { ticks(from: $from) }', undefined, 'NO_TOKEN'],
    ['subscription ($from: Int!) { openTicks(from: $from) }', 'stolen', 'TOKEN_INVALID'],
  ])('%s is refused before its source is made, to the token %s', async (query, token, reason) => {
    const text = await events(query, token);
    expect(text).toContain(`"reason":"${reason}"`);
    expect(text).not.toContain('"data":{"');
    expect(shop.ran).toEqual([]);
  });

  it('a subscription passes with a token', async () => {
    const text = await events('subscription ($from: Int!) { ticks(from: $from) }', 'user');
    expect(text).toContain('"ticks":7');
    expect(shop.ran).toEqual(['ticks']);
  });

  it('errors that are not for clients are masked, and ours are not', async () => {
    const { errors } = await ask(served.url, '{ fails forAdmins }', { token: 'user' });
    expect(errors?.map(({ message }) => message)).toEqual([
      'Unexpected error.',
      'This needs a scope that the caller does not have.',
    ]);
  });
});

it('Yoga keeps what its server says of caches, as far as it is private', async () => {
  const shop = createShop();
  const served = await serveYoga(shop, {
    before: [
      {
        onResponse: ({ response }) => {
          response.headers.set('cache-control', 'public, max-age=60, s-maxage=600');
        },
      },
    ],
  });
  const header = async (query: string) =>
    (await ask(served.url, query, { token: 'user' })).headers.get('cache-control');
  expect(await header('{ open }')).toBe('public, max-age=60, s-maxage=600');
  expect(await header('{ open secret }')).toBe('private, max-age=60');
  await served.stop();
});
