import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { normalise } from '../errors/index.js';

/** Makes of what a GraphQL server would have sent for an error what leaves the process. */
export type Present = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** graphql-js completes names for whoever mistypes them, in documents and in variables. */
const HINT = / ?Did you mean [^]+\?$/;

/** @param hints whether a stranger may be told names of the schema that were not asked for */
export function createPresent({ hints }: { readonly hints: boolean }): Present {
  return (formatted, error) => {
    const { code, requestId } = formatted.extensions ?? {};
    const text = hints ? formatted.message : formatted.message.replace(HINT, '');
    const { message, extensions } = normalise(error, { message: text, code, requestId });
    const { locations, path } = formatted;
    return {
      message,
      ...(locations ? { locations } : {}),
      ...(path ? { path } : {}),
      extensions: { ...extensions },
    };
  };
}

/** An error that is fit to leave by whoever turns it into JSON. */
export class PresentedError extends GraphQLError {
  readonly #formatted: GraphQLFormattedError;

  constructor(formatted: GraphQLFormattedError) {
    super(formatted.message);
    this.#formatted = formatted;
  }

  override toJSON(): GraphQLFormattedError {
    return this.#formatted;
  }
}
