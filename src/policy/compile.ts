import { getNamedType, isInterfaceType, isObjectType } from 'graphql';
import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { StartupError } from '../errors/startup-error.js';
import { readDeclarations } from './declared.js';
import type { Composite, Declarations } from './declared.js';
import { isSubgraphField } from './federation.js';
import { DEFAULT_NAMES } from './names.js';
import type { DirectiveNames } from './names.js';
import { Policy } from './policy.js';
import { PUBLIC, both } from './requirement.js';
import type { Requirement } from './requirement.js';
import { warningsOf } from './warnings.js';
import type { PolicyWarning } from './warnings.js';

export interface PolicyOptions {
  readonly names?: DirectiveNames;
  /** Milliseconds: bounds every guarded field as `@critical(maxStale:)` would. Absent: unbounded. */
  readonly authMaxStale?: number | undefined;
  /** The conditions that `@auth(when:)` may name. Absent: any; what nobody defines is never met. */
  readonly conditions?: Iterable<string> | undefined;
  /** Whether federation's `@authenticated` and `@requiresScopes` are rules too. Default true. */
  readonly federation?: boolean | undefined;
}

/** A policy of which not every rule may be valid. */
export interface Draft {
  readonly policy: Policy;
  /** What keeps it from being enforced; each begins with its coordinate. */
  readonly problems: readonly string[];
  /** Root fields that have neither a rule nor @public. */
  readonly bare: readonly string[];
}

/**
 * Compiles the rules of a schema. The requirement of an object's field is the AND of what is written
 * on the object, on the field, on every interface and its field of the same name, and on the named
 * type that the field returns: whichever way a query reaches the field, it meets the same demand.
 * A condition on a type is a matter of its values: it is asked at each of their fields.
 * @throws StartupError listing every misuse with its coordinate, and every root field that has
 * neither a rule nor @public.
 */
export function compilePolicy(schema: GraphQLSchema, options: PolicyOptions = {}): Policy {
  const { policy, problems, bare } = draftPolicy(schema, options);
  const { auth, critical, public: open } = options.names ?? DEFAULT_NAMES;
  const all = [
    ...problems,
    ...bare.map(
      (coordinate) => `${coordinate}: a root field needs @${auth}, @${critical} or @${open}`,
    ),
  ];
  if (all.length === 0) return policy;
  throw new StartupError(`The schema's rules are not valid:\n  ${all.join('\n  ')}`);
}

/** The same for those who want to see what there is, whatever is wrong with it. */
export function draftPolicy(
  schema: GraphQLSchema,
  { names = DEFAULT_NAMES, authMaxStale, conditions, federation = true }: PolicyOptions = {},
): Draft {
  const roots = new Set(
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map(
      (type) => type?.name,
    ),
  );
  const isRoot = (type: string) => roots.has(type);
  const declarations = readDeclarations(schema, {
    ...{ names, federation, isRoot },
    conditions: conditions && new Set(conditions),
  });
  const requirements = new Requirements(declarations, authMaxStale);

  const fields = new Map<string, Requirement>();
  const types = new Map<string, Requirement>();
  const bare: string[] = [];
  const warnings: PolicyWarning[] = [];
  for (const type of declarations.composites) {
    const whole = requirements.bounded(requirements.ofType(type));
    if (whole.signedIn) types.set(type.name, whole);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const requirement = requirements.ofField(type, field);
      fields.set(coordinate, requirement);
      const isPublic =
        declarations.ofField.get(coordinate)?.isPublic === true ||
        isSubgraphField(schema, type.name, field.name);
      if (isRoot(type.name) && !requirement.signedIn && !isPublic) bare.push(coordinate);
      warnings.push(...warningsOf({ coordinate, field, requirement, isPublic }, names.public));
    }
  }
  return { policy: new Policy(fields, types, warnings), problems: declarations.problems, bare };
}

/** Joins what is written at different places. */
class Requirements {
  readonly #declarations: Declarations;
  readonly #authMaxStale: number | undefined;
  readonly #types = new Map<string, Requirement>();
  readonly #demands = new Map<string, Requirement>();

  constructor(declarations: Declarations, authMaxStale: number | undefined) {
    this.#declarations = declarations;
    this.#authMaxStale = authMaxStale;
  }

  /** Of every value of a type: what stands on it and on its interfaces. */
  ofType(type: Composite): Requirement {
    const known = this.#types.get(type.name);
    if (known) return known;
    const all = [type, ...type.getInterfaces()].map(
      (each) => this.#declarations.ofType.get(each.name) ?? PUBLIC,
    );
    const joined = join(all);
    this.#types.set(type.name, joined);
    return joined;
  }

  ofField(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Requirement {
    const written = [type, ...type.getInterfaces()].map(
      (each) => this.#declarations.ofField.get(`${each.name}.${field.name}`)?.requirement ?? PUBLIC,
    );
    return this.bounded(join([this.ofType(type), ...written, this.#ofAnswer(field)]));
  }

  /** Within the bound of all fields. What demands the same is one object, so that one pass is known to hold for another. */
  bounded(requirement: Requirement): Requirement {
    if (!requirement.signedIn) return requirement;
    const demand =
      this.#authMaxStale === undefined
        ? requirement
        : both(requirement, { ...requirement, maxStale: Math.floor(this.#authMaxStale / 1_000) });
    const { scopes, maxAuthAge, maxStale, when } = demand;
    const key = JSON.stringify([scopes, maxAuthAge, maxStale, when]);
    const known = this.#demands.get(key);
    if (known) return known;
    this.#demands.set(key, demand);
    return demand;
  }

  #ofAnswer(field: GraphQLField<unknown, unknown>): Requirement {
    const named = getNamedType(field.type);
    if (!isObjectType(named) && !isInterfaceType(named)) {
      return this.#declarations.ofType.get(named.name) ?? PUBLIC;
    }
    const { when, ...rest } = this.ofType(named);
    return when ? rest : this.ofType(named);
  }
}

/** Most places say nothing; a schema of thousands of types is compiled while a server starts. */
function join(all: readonly Requirement[]): Requirement {
  return all.filter(({ signedIn }) => signedIn).reduce(both, PUBLIC);
}
