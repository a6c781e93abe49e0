// Apollo Server on a bare node:http server, by its documented executeHTTPGraphQLRequest, and nothing else.
import { createServer } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { fieldsOf, ready, resolversOf, told } from '../support/subject.mjs';

const apollo = new ApolloServer({
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
