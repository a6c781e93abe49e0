// Apollo Server on a bare node:http server, by its documented executeHTTPGraphQLRequest, and nothing else. WAY: one of
// the options that are said to matter.
import { createServer } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { fieldsOf, ready, resolversOf, told } from '../support/subject.mjs';

/** Does nothing, at each step where a plugin may do something. */
const idle = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: () => Promise.resolve(),
      responseForOperation: () => Promise.resolve(null),
      willSendResponse: () => Promise.resolve(),
    }),
};
const OPTIONS = {
  '': {},
  'no-cache-control': { plugins: [ApolloServerPluginCacheControlDisabled()] },
  'no-csrf-prevention': { csrfPrevention: false },
  'no-document-store': { documentStore: null },
  'one-plugin': { plugins: [idle] },
  'four-plugins': { plugins: [idle, { ...idle }, { ...idle }, { ...idle }] },
};

const apollo = new ApolloServer({
  ...OPTIONS[told.way],
  schema: makeExecutableSchema({
    typeDefs: `type Query { ${fieldsOf({ open: '' })} }`,
    resolvers: { Query: resolversOf(['open']) },
  }),
  introspection: false,
  stopOnTerminationSignals: false,
});
await apollo.start();

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => void answer(request, response, chunks.join('')));
});

async function answer({ method, headers: given, url }, response, text) {
  const headers = new HeaderMap(Object.entries(given));
  const {
    body,
    headers: answered,
    status,
  } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers, search: url, body: JSON.parse(text) },
    context: () => Promise.resolve({}),
  });
  const bytes = { 'content-length': String(body.string.length) };
  response.writeHead(status ?? 200, { ...Object.fromEntries(answered), ...bytes });
  response.end(body.string);
}

server.listen(told.port, '127.0.0.1', () => ready([{}]));
process.once('SIGTERM', () => process.exit());
