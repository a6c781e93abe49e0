import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { z } from 'zod';

const timestamp = z.iso.datetime({ offset: true });

function parse(value: unknown): Date {
  const text = timestamp.safeParse(value);
  const date = new Date(text.success ? text.data : NaN);
  if (!Number.isNaN(date.getTime())) return date;
  throw new GraphQLError('DateTime must be an RFC 3339 time such as 2030-01-31T12:00:00Z.');
}

/** RFC 3339 in, the same in UTC with milliseconds out. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment, by RFC 3339: 2030-01-31T12:00:00.000Z',
  serialize: (value) => (value as Date).toISOString(),
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});
