import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createPortcullis } from 'portcullis';

const portcullis = createPortcullis();
const typeDefs = `
  type Query {
    products: [Product!] @public
    orders: [Order!] @auth
  }
  type Mutation {
    refund(order: ID!): Order @critical
  }
  type Product {
    name: String!
    cents: Int!
  }
  type Order {
    id: ID!
    product: Product
    refunded: Boolean!
  }`;

const products = [
  { name: 'lamp', cents: 4_900 },
  { name: 'chair', cents: 12_000 },
];
const orders = products.map((product, index) => ({ id: `${index + 1}`, product, refunded: false }));

const resolvers = {
  Query: { products: () => products, orders: () => orders },
  Mutation: {
    refund: (_source, { order: id }) => {
      const order = orders.find((each) => each.id === id);
      return order && Object.assign(order, { refunded: true });
    },
  },
};

const schema = makeExecutableSchema({
  typeDefs: [portcullis.typeDefs, typeDefs],
  resolvers: [portcullis.resolvers, resolvers],
});
const api = new ApolloServer({ schema: portcullis.protect(schema), plugins: portcullis.plugins });
const { url } = await startStandaloneServer(api, {
  context: ({ req, res }) => portcullis.context(req, res),
  listen: { port: Number(process.env.PORT ?? 4_000), host: '127.0.0.1' },
});
console.log(`GraphQL  ${url}graphql`);
