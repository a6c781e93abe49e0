import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { makeExecutableSchema } from '@graphql-tools/schema';

const typeDefs = `
  type Query {
    products: [Product!]
    orders: [Order!]
  }
  type Mutation {
    refund(order: ID!): Order
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
  typeDefs,
  resolvers,
});
const api = new ApolloServer({ schema });
const { url } = await startStandaloneServer(api, {
  listen: { port: Number(process.env.PORT ?? 4_000), host: '127.0.0.1' },
});
console.log(`GraphQL  ${url}graphql`);
