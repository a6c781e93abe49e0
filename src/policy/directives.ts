import { GraphQLError, Kind, getDirectiveValues, print, valueFromAST } from 'graphql';
import type { ConstDirectiveNode, GraphQLArgument, GraphQLDirective, GraphQLSchema } from 'graphql';
import type { Requirement } from './requirement.js';

/** Names under which a schema knows our directives. */
export interface DirectiveNames {
  readonly auth: string;
  readonly critical: string;
  readonly public: string;
}

export const DEFAULT_NAMES: DirectiveNames = {
  auth: 'auth',
  critical: 'critical',
  public: 'public',
};

const ROLES = ['auth', 'critical', 'public'] as const;

/** Argument types of each directive with their defaults, and where it may stand. */
const SIGNATURES: Record<keyof DirectiveNames, { args: Record<string, string>; on: string[] }> = {
  auth: {
    args: { scopes: '[[String!]!]', maxAuthAge: 'Int' },
    on: ['FIELD_DEFINITION', 'INTERFACE', 'OBJECT'],
  },
  critical: { args: { maxStale: 'Int! = 0' }, on: ['FIELD_DEFINITION', 'INTERFACE', 'OBJECT'] },
  public: { args: {}, on: ['FIELD_DEFINITION'] },
};

/** The SDL of the three directives under the given names, for schemas that take them from us. */
export function directiveTypeDefs(names: DirectiveNames = DEFAULT_NAMES): string {
  return [
    `directive @${names.auth}(scopes: [[String!]!], maxAuthAge: Int) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE`,
    `directive @${names.critical}(maxStale: Int! = 0) on FIELD_DEFINITION | OBJECT | INTERFACE`,
    `directive @${names.public} on FIELD_DEFINITION`,
  ].join('\n');
}

/** A directive of our name that means something else would be enforced wrongly or not at all. */
export function signatureProblems(schema: GraphQLSchema, names: DirectiveNames): string[] {
  const problems: string[] = [];
  for (const role of ROLES) {
    const directive = schema.getDirective(names[role]);
    if (directive && !matches(directive, SIGNATURES[role])) {
      problems.push(
        `@${names[role]}: the schema declares a directive of this name with another signature`,
      );
    }
  }
  // Renamed by option while the SDL still says the old name: those rules would silently be nothing.
  for (const role of ROLES) {
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

function matches(
  directive: GraphQLDirective,
  expected: { args: Record<string, string>; on: string[] },
) {
  const args = Object.fromEntries(directive.args.map((arg) => [arg.name, typeAndDefault(arg)]));
  const same = (a: Record<string, string>, b: Record<string, string>) =>
    Object.entries(a).every(([name, type]) => b[name] === type);
  return (
    same(args, expected.args) &&
    same(expected.args, args) &&
    directive.locations.every((location) => expected.on.includes(location))
  );
}

/** The default counts: `maxStale: Int! = 3600` would quietly loosen every bare `@critical`. */
function typeAndDefault({ type, defaultValue }: GraphQLArgument): string {
  return defaultValue === undefined
    ? String(type)
    : `${String(type)} = ${JSON.stringify(defaultValue)}`;
}

/** One application of one of our directives. */
export type Rule =
  { readonly kind: 'public' } | { readonly kind: 'guard'; readonly requirement: Requirement };

/** Reads one application. @throws Error with what is wrong, without the coordinate. */
export function readRule(
  schema: GraphQLSchema,
  node: ConstDirectiveNode,
  names: DirectiveNames,
): Rule | undefined {
  const name = node.name.value;
  const role = ROLES.find((each) => names[each] === name);
  const definition = schema.getDirective(name);
  if (role === undefined) {
    // Unvalidated SDL may say the old name without declaring it.
    const old = definition ? undefined : ROLES.find((each) => DEFAULT_NAMES[each] === name);
    if (old) throw new Error(`@${name} is not declared; the directive is called @${names[old]}`);
    return undefined;
  }
  if (!definition) throw new Error(`@${name} is not declared`);
  const values = argumentsOf(definition, node);
  switch (role) {
    case 'public':
      return { kind: 'public' };
    case 'critical':
      return {
        kind: 'guard',
        requirement: { signedIn: true, scopes: [], ...age('maxStale', values) },
      };
    case 'auth': {
      const scopes = readScopes(values['scopes']);
      return {
        kind: 'guard',
        requirement: { signedIn: true, scopes, ...age('maxAuthAge', values) },
      };
    }
  }
}

function argumentsOf(
  definition: GraphQLDirective,
  node: ConstDirectiveNode,
): Record<string, unknown> {
  for (const argument of node.arguments ?? []) {
    const declared = definition.args.find((arg) => arg.name === argument.name.value);
    if (!declared) throw new Error(`unknown argument "${argument.name.value}" in ${print(node)}`);
    if (
      argument.value.kind !== Kind.NULL &&
      valueFromAST(argument.value, declared.type) === undefined
    ) {
      throw new Error(`${print(node)} has an argument of the wrong type`);
    }
  }
  try {
    return getDirectiveValues(definition, { directives: [node] }) ?? {};
  } catch (error) {
    const why = error instanceof GraphQLError ? error.message : 'not valid';
    throw new Error(`${print(node)}: ${why}`, { cause: error });
  }
}

function age<N extends 'maxStale' | 'maxAuthAge'>(
  name: N,
  values: Record<string, unknown>,
): { [K in N]?: number } {
  const value = values[name];
  if (value === undefined || value === null) return {};
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new Error(`${name} must be 0 or more seconds`);
  }
  return { [name]: value } as { [K in N]?: number };
}

function readScopes(value: unknown): readonly (readonly string[])[] {
  if (value === undefined) return [];
  if (value === null) throw new Error('scopes must not be null');
  const lists = value as readonly (readonly string[])[];
  if (lists.length === 0)
    throw new Error('scopes: [] would let nobody or everybody in; leave it out');
  for (const list of lists) {
    if (list.length === 0)
      throw new Error('scopes has an empty list, which would let everybody in');
    // Scopes travel in one space-separated claim (RFC 8693), whose characters RFC 6749 3.3 sets.
    const wrong = list.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
    if (wrong !== undefined)
      throw new Error(`scopes has ${JSON.stringify(wrong)}, which is not a scope`);
  }
  return lists;
}

/** All applications at one place of the SDL, extensions included. */
export function directivesAt(element: {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly ConstDirectiveNode[] }[];
}): readonly ConstDirectiveNode[] {
  return [
    ...(element.astNode?.directives ?? []),
    ...(element.extensionASTNodes ?? []).flatMap((node) => node.directives ?? []),
  ];
}
