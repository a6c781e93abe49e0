import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { enforcePolicy } from '../directives/index.js';
import type { Guard } from '../directives/index.js';
import { compilePolicy } from '../policy/index.js';
import type { Policy, PolicyOptions } from '../policy/index.js';
import type { AccessToken } from '../tokens/index.js';
import { resolvers } from './resolvers/index.js';

const FOLDER = fileURLToPath(new URL('../../schema/', import.meta.url));

/** The SDL: every noun of `schema/`. */
export function readTypeDefs(): string {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.graphql'));
  return files
    .sort()
    .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
    .join('\n');
}

/** The schema without its guard; only good for being looked at. */
function createBareSchema(): GraphQLSchema {
  return makeExecutableSchema({ typeDefs: readTypeDefs(), resolvers });
}

/** What every field of our schema demands. @throws StartupError */
export function createPolicy(options: PolicyOptions = {}): Policy {
  return compilePolicy(createBareSchema(), options);
}

/** Our schema, guarded: enforcement is the last transform. */
export function createSchema(
  guard: Guard<AccessToken>,
  options: PolicyOptions = {},
): { schema: GraphQLSchema; policy: Policy } {
  const bare = createBareSchema();
  const policy = compilePolicy(bare, options);
  return { schema: enforcePolicy(bare, policy, guard), policy };
}
