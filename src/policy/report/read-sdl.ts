import {
  GraphQLError,
  GraphQLInt,
  GraphQLObjectType,
  GraphQLSchema,
  Kind,
  Source,
  buildASTSchema,
  parse,
  specifiedDirectives,
  validateSchema,
  visit,
} from 'graphql';
import type { DirectiveDefinitionNode, DocumentNode } from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import { StartupError } from '../../errors/startup-error.js';
import { federationNames } from '../federation.js';
import type { DirectiveNames } from '../names.js';
import { directiveTypeDefs } from '../signatures.js';
import { coordinateOf } from './coordinate-of.js';
import { mergeDocuments } from './merge-documents.js';
import { printable } from './printable.js';

/** A file of SDL. */
export interface SdlFile {
  /** How messages call it. */
  readonly name: string;
  readonly text: string;
}

/** A schema that is only good for being looked at. */
export interface ReadSdl {
  readonly schema: GraphQLSchema;
  /** Names of directives that are used, but declared neither by the SDL nor by us. */
  readonly undeclared: readonly string[];
}

const FEDERATION = {
  authenticated: ' on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM',
  requiresScopes:
    '(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM',
};

/**
 * Builds a schema from SDL. Our directives, and federation's rules, need no declaration; directives of
 * somebody else that are not declared are left alone.
 * @throws StartupError saying where the SDL is wrong: `file:line:column: message`.
 */
export function readSdl(files: readonly SdlFile[], names: DirectiveNames): ReadSdl {
  const given = mergeDocuments(files.map(parseFile));
  if (given.definitions.length === 0) {
    throw new StartupError(`There is no schema in ${files.map(({ name }) => name).join(', ')}.`);
  }
  const declared = new Set(specifiedDirectives.map(({ name }) => name));
  for (const node of given.definitions) {
    if (node.kind === Kind.DIRECTIVE_DEFINITION) declared.add(node.name.value);
  }
  const ours = directivesIn(directiveTypeDefs(names)).filter(
    ({ name }) => !declared.has(name.value),
  );
  for (const { name } of ours) declared.add(name.value);
  const document = join(given, ours);

  const undeclared = new Set<string>();
  const known = visit(document, {
    Directive: ({ name }) => {
      if (declared.has(name.value)) return undefined;
      undeclared.add(name.value);
      return null;
    },
  });
  refuse(validateSDL(known), known);
  const schema = withFederation(document, undeclared);
  refuse(validateSchema(withQuery(schema)), document);
  return { schema, undeclared: [...undeclared].sort() };
}

function parseFile({ name, text }: SdlFile): DocumentNode {
  try {
    return parse(new Source(text, name));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // A file of comments alone is no mistake.
    if (/^(?:[\s,\uFEFF]|#.*)*$/.test(text)) return { kind: Kind.DOCUMENT, definitions: [] };
    throw new StartupError(located(error, undefined));
  }
}

function join(
  { definitions, ...document }: DocumentNode,
  more: readonly DirectiveDefinitionNode[],
): DocumentNode {
  return { ...document, definitions: [...definitions, ...more] };
}

function directivesIn(sdl: string): DirectiveDefinitionNode[] {
  return parse(sdl, { noLocation: true }).definitions.filter(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION,
  );
}

/** Declares those of federation's rules that are used, under the names that the SDL gives them. */
function withFederation(document: DocumentNode, undeclared: Set<string>): GraphQLSchema {
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  const rules = [...federationNames(schema)].filter(([name]) => undeclared.delete(name));
  if (rules.length === 0) return schema;
  const sdl = rules.map(([name, rule]) => `directive @${name}${FEDERATION[rule]}`).join('\n');
  return buildASTSchema(join(document, directivesIn(sdl)), { assumeValidSDL: true });
}

/** Not every subgraph has a query of its own, but every schema must. */
function withQuery(schema: GraphQLSchema): GraphQLSchema {
  if (schema.getQueryType()) return schema;
  const query = new GraphQLObjectType({ name: 'Query_', fields: { one: { type: GraphQLInt } } });
  return new GraphQLSchema({ ...schema.toConfig(), query });
}

function refuse(errors: readonly GraphQLError[], document: DocumentNode): void {
  if (errors.length === 0) return;
  throw new StartupError(errors.map((error) => located(error, document)).join('\n'));
}

function located(error: GraphQLError, document: DocumentNode | undefined): string {
  const node = error.nodes?.[0];
  const place = error.source && error.locations?.[0];
  const where = place ? `${error.source.name}:${place.line}:${place.column}: ` : '';
  const about =
    document && (node?.kind === Kind.DIRECTIVE || node?.kind === Kind.ARGUMENT)
      ? `${coordinateOf(node, document)}: `
      : '';
  return printable(`${where}${about}${error.message}`);
}
