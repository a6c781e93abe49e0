import { GraphQLError } from 'graphql';

/** What graphql-js says with a value in it, and the same without. */
const SAYINGS: readonly (readonly [RegExp, string])[] = [
  [/^(Expected value of type "[^"]+"), found [^]*$/, '$1.'],
  [/^((?:Enum "\w+"|\w+) cannot represent [^:]*): [^]*$/, '$1.'],
  [/^Value "[^]*" does not exist in ("\w+" enum\.)/, 'The value does not exist in $1'],
  [/^(Argument "\w+"(?: of type "[^"]+")? has invalid value) [^]*$/, '$1.'],
  [/^(Syntax Error: .*\b(?:Name|Int|Float|String|BlockString)) "[^]*"\.$/, '$1.'],
  [/^(Syntax Error: (?:Invalid|Unexpected) [^:]*): [^]*$/, '$1.'],
];

/**
 * The message of an error of graphql-js as it may leave. It repeats what does not fit, with all that lies
 * beside it in an input object, which may be a password.
 */
export function withoutValues(message: string, error: unknown): string {
  const [variable] = /^Variable "\$\w+" got /.exec(message) ?? [];
  if (variable === undefined) return ofDocument(message);
  const reason = error instanceof GraphQLError ? error.originalError?.message : undefined;
  const ending = `; ${reason}`;
  if (reason === undefined || !message.endsWith(ending)) return `${variable}an invalid value.`;
  const [place = ''] = / at "[^"]+"$/.exec(message.slice(0, -ending.length)) ?? [];
  return `${variable}an invalid value${place}; ${ofDocument(reason)}`;
}

function ofDocument(message: string): string {
  for (const [saying, plain] of SAYINGS) {
    if (saying.test(message)) return message.replace(saying, plain);
  }
  return message;
}
