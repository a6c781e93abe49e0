import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import { createPortcullis } from '../../src/library/index.js';
import type { Portcullis, PortcullisContext, PortcullisOptions } from '../../src/library/index.js';
import type { DirectoryUser } from '../../src/services/index.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, SECRET } from '../support/server.js';

export interface LibraryServer {
  readonly url: string;
  readonly portcullis: Portcullis;
  readonly database: TestDatabase;
  stop(): Promise<void>;
}

export interface LibraryServerOptions<
  U extends DirectoryUser = DirectoryUser,
> extends PortcullisOptions<U> {
  readonly typeDefs?: string;
  readonly ownResolvers?: IResolvers<unknown, PortcullisContext>;
}

/** Somebody else's Apollo Server with Portcullis inside it, on a real port and a real database. */
export async function startLibraryServer<U extends DirectoryUser = DirectoryUser>(
  options: LibraryServerOptions<U> = {},
): Promise<LibraryServer> {
  const { typeDefs = 'type Query { open: String @public }', ownResolvers = {}, ...rest } = options;
  const database = await createTestDatabase();
  const portcullis = createPortcullis({
    nodeEnv: 'test',
    logLevel: 'silent',
    databaseUrl: database.url,
    secret: SECRET,
    adminEmail: ADMIN.email,
    adminPassword: ADMIN.password,
    ...(rest as PortcullisOptions<U>),
  });
  const schema = makeExecutableSchema({
    typeDefs: [portcullis.typeDefs, typeDefs],
    resolvers: [portcullis.resolvers as IResolvers, ownResolvers as IResolvers],
  });
  const server = new ApolloServer<PortcullisContext>({
    schema: portcullis.protect(schema),
    plugins: portcullis.plugins,
    includeStacktraceInErrorResponses: false,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0 },
    context: ({ req, res }) => portcullis.context(req, res),
  });
  return {
    url: url.replace(/\/$/, ''),
    portcullis,
    database,
    stop: async () => {
      await server.stop();
      await database.drop();
    },
  };
}
