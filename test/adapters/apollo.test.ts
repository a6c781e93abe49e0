import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLResolveInfo } from 'graphql';
import { createProtection } from '../../src/adapters/index.js';
import { ask } from '../support/client.js';
import { guard } from './support/caller.js';
import { describeContract } from './support/contract.js';
import { serveApollo } from './support/servers.js';
import type { Served } from './support/servers.js';
import { createShop } from './support/shop.js';

const protection = createProtection({ guard });

/** As Apollo Server's manual has resolvers say it. */
function setPublic(info: GraphQLResolveInfo): void {
  const { cacheControl } = info as unknown as {
    cacheControl: { setCacheHint(hint: object): void };
  };
  cacheControl.setCacheHint({ maxAge: 60, scope: 'PUBLIC' });
}

describeContract('Apollo Server', (options) => serveApollo(options));

describe('on Apollo Server with its plugin for cache hints', () => {
  const bare = () =>
    makeExecutableSchema({
      typeDefs: [
        protection.typeDefs,
        `enum CacheControlScope { PUBLIC PRIVATE }
        directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION
        type Query {
          open: String @public @cacheControl(maxAge: 60)
          secret: String @auth @cacheControl(maxAge: 60)
          hinted: String @auth
          hintedLate: String @auth
        }`,
      ],
      resolvers: {
        Query: {
          open: () => 'open',
          secret: () => 'secret',
          hinted: (_source, _args, _context, info) => {
            setPublic(info);
            return 'hinted';
          },
          hintedLate: async (_source, _args, _context, info) => {
            await Promise.resolve();
            setPublic(info);
            return 'hinted';
          },
        },
      },
    });
  const cacheControl = ApolloServerPluginCacheControl();

  describe.each([
    ['after ours', { after: [cacheControl] }],
    ['before ours', { before: [cacheControl] }],
  ])('%s', (_order, plugins) => {
    let served: Served;
    beforeAll(async () => {
      served = await serveApollo({ schema: protection.protect(bare()), protection }, plugins);
    });
    afterAll(() => served.stop());
    const header = async (query: string, token?: string) =>
      (await ask(served.url, query, { token })).headers.get('cache-control');

    it('an answer without guarded fields is as public as its hints say', async () => {
      expect(await header('{ open }')).toBe('max-age=60, public');
    });

    it.each(['{ secret }', '{ open secret }', '{ hinted }', '{ hintedLate }', '{ open hinted }'])(
      'the answer to %s is private, whatever its hints say',
      async (query) => {
        expect(await header(query, 'user')).toMatch(/^(max-age=60, private|private, max-age=60)$/);
      },
    );

    it('a refusal is not kept', async () => {
      expect(await header('{ open secret }')).toBe('no-store');
      expect(await header('{ open }', 'stolen')).toBe('no-store');
    });
  });
});

it('Apollo Server starts with a schema that another has served, although it wraps resolvers then', async () => {
  const { schema, protection: shops, ran } = createShop();
  const plugins = { before: [ApolloServerPluginCacheControl()] };
  for (let round = 0; round < 2; round += 1) {
    const served = await serveApollo({ schema, protection: shops }, plugins);
    expect((await ask(served.url, '{ secret }')).data).toEqual({ secret: null });
    await served.stop();
  }
  expect(ran).toEqual([]);
});
