import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLSchema } from 'graphql';
import type { Protection } from '../adapters/index.js';
import type { GraphQLContext } from './context.js';
import type { TrustedDocuments } from '../limits/trusted/index.js';
import type { ErrorReport } from './error-report.js';
import { asOne } from './plugins/as-one.js';
import { eachOperation } from './plugins/each-operation.js';
import type { Turn } from './plugins/each-operation.js';
import { invalidDocument } from './plugins/invalid-document.js';
import { logErrors } from './plugins/log-errors.js';
import { trustedDocuments } from './plugins/trusted-documents.js';
import type { Present } from './present.js';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly protection: Protection;
  readonly production: boolean;
  readonly report: ErrorReport;
  readonly present: Present;
  readonly turn: Turn;
  /** Default: any document is answered. */
  readonly trusted?: TrustedDocuments | undefined;
  /** The login that the landing page of development has ready to run. */
  readonly demo?: { readonly email: string; readonly password: string } | undefined;
}

/** Of an invalid document; whoever sends it mends one at a time. */
const MAX_ERRORS = 20;

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

/** Apollo Server over our schema: what may leave passes one normaliser, what can be refused early is. */
export function createApollo(options: ApolloOptions): ApolloServer<GraphQLContext> {
  const { schema, protection, production, report, present, turn, trusted, demo } = options;
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
    validationOptions: { maxErrors: MAX_ERRORS },
    persistedQueries: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    formatError: present,
    logger: silent,
    plugins: [
      ...(trusted ? [trustedDocuments(trusted)] : []),
      asOne(eachOperation(protection, report, turn), [invalidDocument, logErrors(report)]),
      landingPage,
      // Its hints would be made for every field, of answers that say no-store.
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
}

/** Apollo's own words would bypass the normaliser; what matters of them reaches the log by the plugin. */
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
