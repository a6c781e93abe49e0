import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { createPortcullis } from 'portcullis';

const portcullis = createPortcullis();
const rooms = [
  { name: 'library', seats: 12, keyCode: '4711' },
  { name: 'attic', seats: 4, keyCode: '0815' },
];

const typeDefs = `
  type Query {
    rooms: [Room!] @public
  }
  type Mutation {
    changeKeyCode(room: String!, keyCode: String!): Room @critical
  }
  type Subscription {
    "Counts down to one, a number at a time."
    countdown(from: Int! = 3): Int @auth
  }
  type Room {
    name: String!
    seats: Int!
    keyCode: String @auth
  }`;

const resolvers = {
  Query: { rooms: () => rooms },
  Mutation: {
    changeKeyCode: (_source, { room: name, keyCode }) => {
      const room = rooms.find((each) => each.name === name);
      return room && Object.assign(room, { keyCode });
    },
  },
  Subscription: {
    countdown: {
      async *subscribe(_source, { from }) {
        for (let left = from; left > 0; left -= 1) yield { countdown: left };
      },
    },
  },
};

const yoga = createYoga({
  schema: portcullis.protect(
    createSchema({
      typeDefs: [portcullis.typeDefs, typeDefs],
      resolvers: [portcullis.resolvers, resolvers],
    }),
  ),
  plugins: [portcullis.yogaPlugin],
  context: ({ request }) => portcullis.context(request),
});
const server = createServer(yoga);
await portcullis.ready();
server.listen(Number(process.env.PORT ?? 4_000), '127.0.0.1');
await once(server, 'listening');
console.log(`GraphQL  http://127.0.0.1:${server.address().port}/graphql`);

process.once('SIGTERM', stop).once('SIGINT', stop);
async function stop() {
  server.close();
  server.closeAllConnections();
  await portcullis.stop();
}
