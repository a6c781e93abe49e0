import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { normalise } from '../errors/index.js';
import { withoutValues } from './without-values.js';

/** Makes of what a GraphQL server would have sent for an error what leaves the process. */
export type Present = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** graphql-js completes names for whoever mistypes them, in documents and in variables. */
const HINT = /,? ?\bdid you mean [^]+\?$/i;

/** Characters of a message; what is longer repeats what the client sent. */
const MESSAGE_LENGTH = 500;

/** @param hints whether a stranger may be told names of the schema that were not asked for */
export function createPresent({ hints }: { readonly hints: boolean }): Present {
  return (formatted, error) => {
    const { code, requestId, validationErrorCode } = formatted.extensions ?? {};
    const said =
      validationErrorCode === 'INTROSPECTION_DISABLED'
        ? 'Introspection is switched off here.'
        : withoutValues(formatted.message, error);
    const text = hints ? said : said.replace(HINT, '');
    const { message: whole, extensions } = normalise(error, { message: text, code, requestId });
    const message = whole.length > MESSAGE_LENGTH ? `${whole.slice(0, MESSAGE_LENGTH)}…` : whole;
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
