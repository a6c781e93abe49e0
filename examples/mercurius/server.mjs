import { makeExecutableSchema } from '@graphql-tools/schema';
import fastify from 'fastify';
import mercurius from 'mercurius';
import { createPortcullis } from 'portcullis';

const portcullis = createPortcullis();
const animals = [
  { __typename: 'Cat', name: 'Minka', chip: 'C-1' },
  { __typename: 'Dog', name: 'Rex', chip: 'D-7' },
];

const typeDefs = `
  type Query {
    animals: [Animal!] @public
  }
  type Mutation {
    giveAway(name: String!): Boolean @critical
  }
  interface Animal {
    name: String!
    "A rule on an interface holds in everything that implements it."
    chip: String @auth
  }
  type Cat implements Animal {
    name: String!
    chip: String
  }
  type Dog implements Animal {
    name: String!
    chip: String
  }`;

const resolvers = {
  Query: { animals: () => animals },
  Mutation: {
    giveAway: (_source, { name }) => {
      const at = animals.findIndex((each) => each.name === name);
      return at >= 0 && animals.splice(at, 1).length === 1;
    },
  },
};

const schema = makeExecutableSchema({
  typeDefs: [portcullis.typeDefs, typeDefs],
  resolvers: [portcullis.resolvers, resolvers],
});

const app = fastify();
await app.register(mercurius, {
  schema: portcullis.protect(schema),
  context: (request, reply) => portcullis.context(request, reply),
  jit: 1,
});
portcullis.mercurius(app);
const url = await app.listen({ port: Number(process.env.PORT ?? 4_000), host: '127.0.0.1' });
console.log(`GraphQL  ${url}/graphql`);

process.once('SIGTERM', stop).once('SIGINT', stop);
async function stop() {
  await app.close();
}
