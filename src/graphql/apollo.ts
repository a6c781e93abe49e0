import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { normalise } from '../errors/index.js';
import type { GraphQLContext } from './context.js';
import { writeExtras } from './plugins/extras.js';
import { gate } from './plugins/gate.js';
import { logErrors } from './plugins/log-errors.js';
import type { ErrorLog } from './plugins/log-errors.js';
import { renewToken } from './plugins/renew-token.js';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly production: boolean;
  readonly log: ErrorLog;
  /** The login that the landing page of development has ready to run. */
  readonly demo?: { readonly email: string; readonly password: string } | undefined;
}

const LOGIN = `# Run this, copy the accessToken into the header Authorization as "Bearer …",
# then ask { me { id email } mySessions { id current } }.
mutation Login($input: LoginInput!) {
  login(input: $input) {
    accessToken
    refreshToken
    expiresIn
    session { id expiresAt }
    user { id email scopes }
  }
}
`;

function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { code, requestId } = formatted.extensions ?? {};
  const { message, extensions } = normalise(error, { message: formatted.message, code, requestId });
  const { locations, path } = formatted;
  return {
    message,
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: { ...extensions },
  };
}

/** Apollo Server over our schema: what may leave passes one normaliser, what can be refused early is. */
export function createApollo(options: ApolloOptions): ApolloServer<GraphQLContext> {
  const { schema, production, log, demo } = options;
  const landingPage: ApolloServerPlugin = production
    ? ApolloServerPluginLandingPageDisabled()
    : ApolloServerPluginLandingPageLocalDefault({
        embed: true,
        footer: false,
        document: LOGIN,
        variables: { input: demo ?? { email: '', password: '' } },
      });
  return new ApolloServer<GraphQLContext>({
    schema,
    introspection: !production,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: production,
    persistedQueries: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    formatError,
    logger: silent,
    plugins: [gate, renewToken, writeExtras, logErrors(log), landingPage],
  });
}

/** Apollo's own words would bypass the normaliser; what matters of them reaches the log by the plugin. */
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
