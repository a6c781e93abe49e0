import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { createProtection } from '../../src/adapters/index.js';
import { DEFAULT_NAMES, directiveTypeDefs } from '../../src/policy/index.js';
import { createTestGuard } from '../../src/testing/index.js';
import type { Finding } from '../../src/testing/index.js';

/** The real thing. */
export const protect = (schema: GraphQLSchema) =>
  createProtection({ guard: createTestGuard() }).protect(schema);

/** A schema that takes the directives from us. */
export function build(
  typeDefs: string | readonly string[],
  resolvers: NonNullable<Parameters<typeof makeExecutableSchema>[0]['resolvers']> = {},
  names = DEFAULT_NAMES,
): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: [directiveTypeDefs(names), typeDefs].flat(),
    resolvers,
  });
}

/** Each fault without its query. */
export function faults(findings: readonly Finding[]): string[] {
  return findings.map(({ coordinate, why }) => `${coordinate}: ${why}`).sort();
}
