import { GraphQLError } from 'graphql';
import type { Step } from '../adapters/index.js';
import { refusedLogIn } from '../services/index.js';
import type { GraphQLContext } from './context.js';

/** Of mutations alone: a log-in that this node has just refused is refused again before it runs. */
export const knownToBeLimited: Step<GraphQLContext> = ({ context }, roots) => {
  const logIn = roots.find(({ name }) => name === 'login');
  try {
    return logIn && refusedLogIn(context.deps, logIn.given(), context.origin);
  } catch (error) {
    // Arguments that do not fit: the field's resolver will never run.
    if (!(error instanceof GraphQLError)) throw error;
    return undefined;
  }
};
