import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import { createPortcullis } from '../../src/library/index.js';
import { assertNothingLeaks } from '../../src/testing/index.js';
import { SECRET } from '../support/server.js';

describe('our own schema', () => {
  it('leaks nothing, asked along every path, with nothing opened for it', async () => {
    const { typeDefs, resolvers, protect } = createPortcullis({ secret: SECRET });
    const schema = makeExecutableSchema({
      typeDefs,
      resolvers: resolvers as IResolvers,
    });
    const { guardedFields, unreached, truncated } = await assertNothingLeaks({ schema, protect });
    expect({ unreached, truncated }).toEqual({ unreached: [], truncated: false });
    expect(guardedFields).toBeGreaterThan(20);
  });
});
