import {
  GraphQLError,
  Kind,
  coerceInputValue,
  getDirectiveValues,
  print,
  valueFromAST,
} from 'graphql';
import type { ConstDirectiveNode, GraphQLDirective, GraphQLSchema } from 'graphql';
import type { Application } from './applications.js';
import type { FederationNames } from './federation.js';
import { DEFAULT_NAMES, OUR_ROLES } from './names.js';
import type { DirectiveNames, Role } from './names.js';
import type { Requirement } from './requirement.js';
import { directiveDefinitions } from './signatures.js';

/** What one use of a directive demands. */
export type Rule =
  { readonly kind: 'public' } | { readonly kind: 'guard'; readonly requirement: Requirement };

/** Reads the rules of one schema. */
export class RuleReader {
  readonly #schema: GraphQLSchema;
  readonly #names: DirectiveNames;
  readonly #federation: FederationNames;
  readonly #roles: ReadonlyMap<string, Role>;
  /** For rules that are written in code, where nothing needs to be declared. */
  readonly #ours: ReadonlyMap<string, GraphQLDirective>;

  constructor(schema: GraphQLSchema, names: DirectiveNames, federation: FederationNames) {
    this.#schema = schema;
    this.#names = names;
    this.#federation = federation;
    this.#roles = new Map<string, Role>([
      ...federation,
      ...OUR_ROLES.map((role): [string, Role] => [names[role], role]),
    ]);
    this.#ours = new Map(directiveDefinitions(names).map((each) => [each.name, each]));
  }

  /** The names of all directives that are rules. */
  get names(): string[] {
    return [...this.#roles.keys()];
  }

  /** @returns undefined for a directive of somebody else. @throws Error with what is wrong, without the coordinate. */
  read(application: Application): Rule | undefined {
    const { name } = application;
    const role = this.#roles.get(name);
    const declared = this.#schema.getDirective(name);
    if (role === undefined) {
      this.#refuseOldName(name, declared);
      return undefined;
    }
    const values = this.#valuesOf(application, declared);
    switch (role) {
      case 'public':
        return { kind: 'public' };
      case 'critical':
        return guard({ scopes: [], ...age('maxStale', values) });
      case 'auth':
        return guard({
          scopes: readScopes(values['scopes']),
          ...age('maxAuthAge', values),
          ...condition(values['when']),
        });
      case 'authenticated':
        return guard({ scopes: [] });
      case 'requiresScopes':
        return guard({ scopes: readScopes(values['scopes'] ?? null) });
    }
  }

  /** Unvalidated SDL, and code, may say the old name without declaring it. */
  #refuseOldName(name: string, declared: GraphQLDirective | null | undefined): void {
    const old = declared ? undefined : OUR_ROLES.find((each) => DEFAULT_NAMES[each] === name);
    if (!old) return;
    throw new Error(`@${name} is not declared; the directive is called @${this.#names[old]}`);
  }

  #valuesOf(
    application: Application,
    declared: GraphQLDirective | null | undefined,
  ): Record<string, unknown> {
    const { name } = application;
    if ('node' in application) {
      if (!declared) throw new Error(`@${name} is not declared`);
      return argumentsOf(declared, application.node);
    }
    const definition = declared ?? this.#ours.get(name);
    if (definition) return givenTo(definition, application.values);
    // A rule of federation that code writes and nobody declared.
    return this.#federation.has(name) ? plain(name, application.values) : {};
  }
}

function guard(requirement: Omit<Requirement, 'signedIn'>): Rule {
  return { kind: 'guard', requirement: { signedIn: true, ...requirement } };
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

/** The arguments that code gives, by the same types and defaults as those of SDL. */
function givenTo(definition: GraphQLDirective, values: unknown): Record<string, unknown> {
  const { name, args } = definition;
  const given = plain(name, values);
  const unknown = Object.keys(given).find((key) => !args.some((arg) => arg.name === key));
  if (unknown !== undefined) throw new Error(`unknown argument "${unknown}" of @${name}`);
  const coerced: Record<string, unknown> = {};
  for (const { name: key, type, defaultValue } of args) {
    const value = given[key] === undefined ? defaultValue : given[key];
    if (value === undefined) continue;
    coerced[key] = coerceInputValue(value, type, (_path, _value, error) => {
      throw new Error(`@${name}(${key}:) is not a ${String(type)}`, { cause: error });
    });
  }
  return coerced;
}

function plain(name: string, values: unknown): Readonly<Record<string, unknown>> {
  if (values === true) return {};
  if (typeof values !== 'object' || values === null) {
    throw new Error(`extensions.directives.${name} must hold its arguments, or true`);
  }
  return values as Record<string, unknown>;
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

function condition(value: unknown): Pick<Requirement, 'when'> {
  if (value === undefined) return {};
  if (typeof value !== 'string' || !/^[_A-Za-z]\w*$/.test(value)) {
    throw new Error('when must be the name of a condition');
  }
  return { when: [value] };
}

function readScopes(value: unknown): readonly (readonly string[])[] {
  if (value === undefined) return [];
  if (value === null) throw new Error('scopes must not be null');
  if (!Array.isArray(value) || !value.every(Array.isArray)) {
    throw new Error('scopes must be a list of lists');
  }
  const lists = value as readonly (readonly unknown[])[];
  if (lists.length === 0)
    throw new Error('scopes: [] would let nobody or everybody in; leave it out');
  for (const list of lists) {
    if (list.length === 0)
      throw new Error('scopes has an empty list, which would let everybody in');
    // Scopes travel in one space-separated claim (RFC 8693), whose characters RFC 6749 3.3 sets.
    const wrong = list.findIndex((scope) => !isScope(scope));
    if (wrong >= 0)
      throw new Error(`scopes has ${JSON.stringify(list[wrong])}, which is not a scope`);
  }
  return lists as readonly (readonly string[])[];
}

function isScope(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);
}
