import { makeExecutableSchema } from '@graphql-tools/schema';
import { createProtection } from '../../../src/adapters/index.js';
import { guard } from './caller.js';
import type { ServeOptions } from './servers.js';

/** Where a rule may stand so that `A.secret` is guarded. */
interface Placement {
  readonly object?: string;
  readonly field?: string;
  readonly face?: string;
  readonly faceField?: string;
  readonly answer?: string;
}

export const PLACEMENTS: Readonly<Record<string, Placement>> = {
  'the object type': { object: '@auth' },
  'the field of the object': { field: '@auth' },
  'the interface': { face: '@auth' },
  'the field of the interface': { faceField: '@auth' },
  'the type that the field answers': { answer: '@auth' },
};

/** Whether the rule is one of the type, so that nothing of it is answered. */
export const guardsWholeType = ({ object, face }: Placement) =>
  object !== undefined || face !== undefined;

/** One document for each way to `A.secret`, beside what nothing guards. */
export const SHAPES: Readonly<Record<string, string>> = {
  directly: '{ item: a { name secret { value } } open }',
  'by an inline fragment on the object':
    '{ item: node { ... on A { name secret { value } } } open }',
  'by a named fragment on the object':
    '{ item: node { ...f } open } fragment f on A { name secret { value } }',
  "through the interface's field": '{ item: node { name secret { value } } open }',
  'by an inline fragment on the interface, inside the union':
    '{ item: any { ... on Node { name secret { value } } } open }',
  'as an item of a list of the union':
    '{ list { ... on A { name secret { value } } ... on B { open } } open }',
  'under aliases': '{ item: node { name other: secret { text: value } } open }',
  'by fragments that nest':
    '{ item: node { ...f } open } fragment f on Node { ...g } fragment g on A { name secret { value } }',
  'by @include and @skip with variables': `query ($yes: Boolean!, $no: Boolean = false) {
      item: node { ... on A @include(if: $yes) { name secret @skip(if: $no) { value } } } open
    }`,
};
export const VARIABLES = { yes: true };

export interface World extends ServeOptions {
  /** How often the guarded resolver ran. */
  readonly runs: () => number;
}

export function worldOf({ object, field, face, faceField, answer }: Placement): World {
  let runs = 0;
  const protection = createProtection({ guard });
  const A = { __typename: 'A', name: 'the name' };
  const bare = makeExecutableSchema({
    typeDefs: [
      protection.typeDefs,
      `interface Node ${face ?? ''} { name: String  secret: Secret ${faceField ?? ''} }
      type A implements Node ${object ?? ''} { name: String  secret: Secret ${field ?? ''} }
      type B { open: String }
      type Secret ${answer ?? ''} { value: String }
      union Any = A | B
      type Query {
        a: A @public  node: Node @public  any: Any @public  list: [Any] @public
        open: String @public
      }`,
    ],
    resolvers: {
      Query: {
        a: () => A,
        node: () => A,
        any: () => A,
        list: () => [{ __typename: 'B', open: 'open' }, A],
        open: () => 'open',
      },
      A: {
        secret: () => {
          runs += 1;
          return { value: 'the secret' };
        },
      },
    },
  });
  return { schema: protection.protect(bare), protection, runs: () => runs };
}
