import { buildSchema } from 'graphql';
import type { GraphQLArgument, GraphQLSchema, GraphQLDirective } from 'graphql';
import { isFederationRole } from './federation.js';
import type { FederationNames } from './federation.js';
import { DEFAULT_NAMES, OUR_ROLES } from './names.js';
import type { DirectiveNames, Role } from './names.js';

interface Signature {
  /** Types of the arguments that must be there, with their defaults. */
  readonly args: Readonly<Record<string, string>>;
  /** Of those that may be. */
  readonly optional?: Readonly<Record<string, string>>;
  readonly on: readonly string[];
}

const ON_FIELDS_AND_TYPES = ['FIELD_DEFINITION', 'INTERFACE', 'OBJECT'];
const ON_LEAVES_TOO = [...ON_FIELDS_AND_TYPES, 'ENUM', 'SCALAR'];

const SIGNATURES: Readonly<Record<Role, Signature>> = {
  auth: {
    args: { scopes: '[[String!]!]', maxAuthAge: 'Int' },
    optional: { when: 'String' },
    on: ON_FIELDS_AND_TYPES,
  },
  critical: { args: { maxStale: 'Int! = 0' }, on: ON_FIELDS_AND_TYPES },
  public: { args: {}, on: ['FIELD_DEFINITION'] },
  authenticated: { args: {}, on: ON_LEAVES_TOO },
  // The scalar of a scope is called differently in every version and under every prefix.
  requiresScopes: { args: { scopes: '[[*!]!]!' }, on: ON_LEAVES_TOO },
};

/** The SDL of the three directives under the given names, for schemas that take them from us. */
export function directiveTypeDefs(names: DirectiveNames = DEFAULT_NAMES): string {
  return [
    `directive @${names.auth}(scopes: [[String!]!], maxAuthAge: Int, when: String) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE`,
    `directive @${names.critical}(maxStale: Int! = 0) on FIELD_DEFINITION | OBJECT | INTERFACE`,
    `directive @${names.public} on FIELD_DEFINITION`,
    '',
  ].join('\n');
}

/** The same as objects, for schemas that are built in code. */
export function directiveDefinitions(names: DirectiveNames = DEFAULT_NAMES): GraphQLDirective[] {
  const schema = buildSchema(directiveTypeDefs(names));
  return OUR_ROLES.map((role) => schema.getDirective(names[role])).filter((each) => each != null);
}

/** A directive of our name that means something else would be enforced wrongly or not at all. */
export function signatureProblems(
  schema: GraphQLSchema,
  names: DirectiveNames,
  federation: FederationNames,
): string[] {
  const problems: string[] = [];
  const roles: [string, Role][] = [
    ...OUR_ROLES.map((role): [string, Role] => [names[role], role]),
    ...federation,
  ];
  for (const [name, role] of roles) {
    const directive = schema.getDirective(name);
    if (!directive || matches(directive, SIGNATURES[role])) continue;
    const hint = isFederationRole(role) ? '; the option `federation: false` leaves it alone' : '';
    problems.push(
      `@${name}: the schema declares a directive of this name with another signature${hint}`,
    );
  }
  // Renamed by option while the SDL still says the old name: those rules would silently be nothing.
  for (const role of OUR_ROLES) {
    const old = DEFAULT_NAMES[role];
    if (Object.values(names).includes(old)) continue;
    const directive = schema.getDirective(old);
    if (directive && matches(directive, SIGNATURES[role])) {
      problems.push(
        `@${old}: the schema declares it, but the directive's name is set to @${names[role]}`,
      );
    }
  }
  return problems;
}

function matches(directive: GraphQLDirective, { args, optional = {}, on }: Signature): boolean {
  const declared = new Map(directive.args.map((arg) => [arg.name, typeAndDefault(arg)]));
  const known = new Map(Object.entries({ ...args, ...optional }));
  return (
    Object.keys(args).every((name) => declared.has(name)) &&
    [...declared].every(([name, type]) => isType(type, known.get(name))) &&
    directive.locations.every((location) => on.includes(location))
  );
}

function isType(type: string, wanted: string | undefined): boolean {
  return type === wanted || type.replace(/\w+/, '*') === wanted;
}

/** The default counts: `maxStale: Int! = 3600` would quietly loosen every bare `@critical`. */
function typeAndDefault({ type, defaultValue }: GraphQLArgument): string {
  return defaultValue === undefined
    ? String(type)
    : `${String(type)} = ${JSON.stringify(defaultValue)}`;
}
