import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import fastify from 'fastify';
import { createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import { createPortcullis } from '../../src/library/index.js';
import type { Portcullis, PortcullisContext } from '../../src/library/index.js';
import { listening } from '../adapters/support/servers.js';
import { ask, reasons } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, SECRET } from '../support/server.js';

let database: TestDatabase;
let portcullis: Portcullis;
beforeAll(async () => {
  database = await createTestDatabase();
  portcullis = createPortcullis({
    ...{ nodeEnv: 'test', logLevel: 'silent', databaseUrl: database.url, secret: SECRET },
    ...{ adminEmail: ADMIN.email, adminPassword: ADMIN.password },
    rename: { 'Mutation.login': 'signIn' },
    limits: { aliases: 20 },
  });
});
afterAll(async () => {
  await portcullis.stop();
  await database.drop();
});

const schemaOf = ({ typeDefs, resolvers, protect }: Portcullis) =>
  protect(
    makeExecutableSchema({
      typeDefs: [typeDefs, 'type Query { open: String @public }'],
      resolvers: resolvers as IResolvers,
    }),
  );

interface Served {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** Servers of a team that takes lists of operations. None of them is stopped with the library inside. */
const SERVERS: Readonly<Record<string, () => Promise<Served>>> = {
  'Apollo Server': async () => {
    const [plugin] = portcullis.plugins;
    const server = new ApolloServer<PortcullisContext>({
      schema: schemaOf(portcullis),
      plugins: plugin ? [plugin] : [],
      allowBatchedHttpRequests: true,
    });
    const { url } = await startStandaloneServer(server, {
      listen: { port: 0 },
      context: ({ req, res }) => portcullis.context(req, res),
    });
    return { url: url.replace(/\/$/, ''), stop: () => server.stop() };
  },
  'GraphQL Yoga': async () => {
    const yoga = createYoga({
      schema: schemaOf(portcullis),
      plugins: [portcullis.yogaPlugin],
      context: ({ request }) => portcullis.context(request),
      batching: { limit: 10 },
      logging: false,
    });
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- as Yoga's manual has it
    return listening(createServer(yoga));
  },
  Mercurius: async () => {
    const app = fastify();
    await app.register(mercurius, {
      schema: schemaOf(portcullis),
      context: (request, reply) => portcullis.context(request, reply),
      allowBatchedQueries: true,
    });
    portcullis.mercurius(app);
    return { url: await app.listen({ port: 0 }), stop: () => app.close() };
  },
};

const GUESS = `signIn(input: { email: "${ADMIN.email}", password: "a guess" }) { expiresIn }`;
const REFUSED = 'BAD_USER_INPUT/query.attempts';

describe.each(Object.entries(SERVERS))('on a team’s %s', (_name, serve) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served.stop());

  it('two log-ins in one operation are refused, by whatever name', async () => {
    const answer = await ask(
      served.url,
      `mutation { a: ${GUESS} ...F } fragment F on Mutation { b: ${GUESS} }`,
    );
    expect([answer.status, reasons(answer)]).toEqual([400, [REFUSED]]);
    expect(answer.data ?? undefined).toBeUndefined();
    const one = await ask(served.url, `mutation { ${GUESS} }`);
    expect(reasons(one)).toEqual(['INVALID_CREDENTIALS/INVALID_CREDENTIALS']);
  });

  it('of a list of log-ins one is an attempt, and the next request has its own', async () => {
    for (let round = 0; round < 2; round += 1) {
      const response = await fetch(`${served.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(Array.from({ length: 5 }, () => ({ query: `mutation { ${GUESS} }` }))),
      });
      const answers = (await response.json()) as Parameters<typeof reasons>[0][];
      expect(answers.flatMap(reasons).sort()).toEqual([
        ...Array.from({ length: 4 }, () => REFUSED),
        'INVALID_CREDENTIALS/INVALID_CREDENTIALS',
      ]);
    }
  });

  it('documents are held to the limits that the team has set', async () => {
    const query = (aliases: number) =>
      `{ ${Array.from({ length: aliases }, (_, n) => `a${n}: open`).join(' ')} }`;
    // Twice, for servers that keep what they have read.
    for (let round = 0; round < 2; round += 1) {
      const answer = await ask(served.url, query(21));
      expect([answer.status, reasons(answer)]).toEqual([400, ['BAD_USER_INPUT/query.aliases']]);
      expect((await ask(served.url, query(20))).errors).toBeUndefined();
    }
    const long = await ask(served.url, `{ ${'open '.repeat(3_000)} }`);
    expect([long.status, reasons(long)]).toEqual([400, ['BAD_USER_INPUT/query.tokens']]);
  });
});
