import { GraphQLError } from 'graphql';
import { PortcullisError } from '../errors/index.js';
import type { GraphQLContext } from './context.js';
import { cookieToEnd, cookieToTrade } from './cookie-trade.js';
import { cookiesForSignIn, cookiesOfCaller } from './cookie-transport.js';
import type { TokenTransport } from './generated/resolvers.js';
import type { Step } from '../adapters/index.js';

type Arguments = Readonly<Record<string, unknown>>;
type Use = (context: GraphQLContext, given: Arguments) => unknown;

const signIn: Use = (context, { input }) =>
  cookiesForSignIn(context, (input as { transport?: TokenTransport }).transport);

/** How each root field uses the cookies of its request, as its resolver will. */
const USES: ReadonlyMap<string, Use> = new Map<string, Use>([
  ['login', signIn],
  ['register', signIn],
  ['refresh', (context, { refreshToken }) => refreshToken ?? cookieToTrade(context)],
  ['logout', (context, { refreshToken }) => refreshToken ?? cookieToEnd(context)],
  ['reauthenticate', cookiesOfCaller],
  ['changePassword', cookiesOfCaller],
]);

/** Of mutations alone: why one may not use the cookies that it would. */
export const refusedCookies: Step<GraphQLContext> = ({ context }, roots) => {
  if (!context.cookies) return undefined;
  for (const { name, given } of roots) {
    try {
      USES.get(name)?.(context, given());
    } catch (error) {
      if (error instanceof PortcullisError) return error;
      // Arguments that do not fit: the field's resolver will never run.
      if (!(error instanceof GraphQLError)) throw error;
    }
  }
  return undefined;
};
