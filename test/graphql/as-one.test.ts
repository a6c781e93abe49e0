import { ApolloServer, HeaderMap } from '@apollo/server';
import type { BaseContext } from '@apollo/server';
import { asOne } from '../../src/graphql/plugins/as-one.js';

const told: string[] = [];
const apollo = new ApolloServer({
  typeDefs: 'type Query { ok: Boolean }',
  plugins: [
    asOne<BaseContext>(
      {
        requestDidStart: () => {
          told.push('a request');
          return Promise.reject(new Error('nobody foresaw this'));
        },
        unexpectedErrorProcessingRequest: ({ error }) => {
          told.push(`the plugin of ${error.message}`);
          return Promise.resolve();
        },
      },
      [
        {
          contextCreationDidFail: ({ error }) => {
            told.push(`a watcher of ${error.message}`);
            return Promise.resolve();
          },
        },
        {
          unexpectedErrorProcessingRequest: ({ error }) => {
            told.push(`another of ${error.message}`);
            return Promise.reject(new Error('in other words'));
          },
        },
      ],
    ),
  ],
  logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
});
beforeAll(() => apollo.start());
beforeEach(() => void told.splice(0));
afterAll(() => apollo.stop());

const ask = (context: () => Promise<BaseContext>) => {
  const headers = new HeaderMap([['content-type', 'application/json']]);
  const body = { query: '{ ok }' };
  return apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context,
  });
};

it('is told of a context that could not be made, with those who watch', async () => {
  await ask(() => Promise.reject(new Error('no context')));
  expect(told).toEqual(['a watcher of no context']);
});

it('is told of what nobody foresaw, with those who watch, one of whom puts it in other words', async () => {
  const { body } = await ask(() => Promise.resolve({}));
  expect(told).toEqual([
    'a request',
    'the plugin of nobody foresaw this',
    'another of nobody foresaw this',
  ]);
  expect(body.kind === 'complete' && body.string).toContain('in other words');
});
