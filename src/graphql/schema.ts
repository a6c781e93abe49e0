import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
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

/** The operations of our own clients, and their fragments. */
export function readOperations(): { readonly name: string; readonly text: string }[] {
  const folder = join(FOLDER, 'operations');
  return readdirSync(folder).map((name) => ({
    name,
    text: readFileSync(join(folder, name), 'utf8'),
  }));
}

/** The schema without its guard: good for being looked at, and for being protected. */
export function createBareSchema(): GraphQLSchema {
  return makeExecutableSchema({ typeDefs: readTypeDefs(), resolvers });
}
