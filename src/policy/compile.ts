import { getNamedType, isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';
import type { GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { StartupError } from '../errors/startup-error.js';
import { DEFAULT_NAMES, directivesAt, readRule, signatureProblems } from './directives.js';
import type { DirectiveNames } from './directives.js';
import { misplacedDirectives } from './misplaced.js';
import { PUBLIC, both } from './requirement.js';
import type { Requirement } from './requirement.js';
import { Policy } from './policy.js';

interface Reading {
  readonly schema: GraphQLSchema;
  readonly names: DirectiveNames;
  readonly problems: string[];
}

interface Declared {
  readonly requirement: Requirement;
  readonly isPublic: boolean;
}

/** All rules written at one place, joined; what is wrong with them goes to the problems. */
function declaredAt(
  { schema, names, problems }: Reading,
  coordinate: string,
  element: Parameters<typeof directivesAt>[0],
): Declared {
  let requirement = PUBLIC;
  let isPublic = false;
  for (const node of directivesAt(element)) {
    try {
      const rule = readRule(schema, node, names);
      if (rule?.kind === 'public') isPublic = true;
      if (rule?.kind === 'guard') requirement = both(requirement, rule.requirement);
    } catch (error) {
      problems.push(`${coordinate}: ${(error as Error).message}`);
    }
  }
  if (isPublic && requirement.signedIn) {
    problems.push(`${coordinate}: @${names.public} contradicts the rule beside it`);
  }
  return { requirement, isPublic };
}

export interface PolicyOptions {
  readonly names?: DirectiveNames;
  /** Milliseconds: bounds every guarded field as `@critical(maxStale:)` would. Absent: unbounded. */
  readonly authMaxStale?: number | undefined;
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/**
 * Compiles the rules of a schema. The requirement of an object's field is the AND of what is written
 * on the object, on the field, on every interface and its field of the same name, and on the named
 * type that the field returns: whichever way a query reaches the field, it meets the same demand.
 * @throws StartupError listing every misuse with its coordinate, and every root field that has
 * neither a rule nor @public.
 */
export function compilePolicy(
  schema: GraphQLSchema,
  { names = DEFAULT_NAMES, authMaxStale }: PolicyOptions = {},
): Policy {
  const reading: Reading = { schema, names, problems: signatureProblems(schema, names) };
  const { problems } = reading;
  problems.push(...misplacedDirectives(schema, Object.values(names)));

  const composites = Object.values(schema.getTypeMap()).filter(
    (type): type is Composite =>
      (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type),
  );
  const roots = new Set(
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map(
      (t) => t?.name,
    ),
  );

  const ofType = new Map<string, Requirement>();
  const ofField = new Map<string, Declared>();
  for (const type of composites) {
    const whole = declaredAt(reading, type.name, type);
    ofType.set(type.name, whole.requirement);
    if (whole.isPublic) problems.push(`${type.name}: @${names.public} stands on root fields only`);
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const declared = declaredAt(reading, coordinate, field);
      ofField.set(coordinate, declared);
      if (declared.isPublic && !roots.has(type.name)) {
        problems.push(`${coordinate}: @${names.public} stands on root fields only`);
      }
    }
  }

  const typeRequirement = (type: Composite): Requirement =>
    [type, ...type.getInterfaces()]
      .map((each) => ofType.get(each.name) ?? PUBLIC)
      .reduce(both, PUBLIC);

  const bounded = (requirement: Requirement): Requirement =>
    requirement.signedIn && authMaxStale !== undefined
      ? both(requirement, { ...requirement, maxStale: Math.floor(authMaxStale / 1_000) })
      : requirement;

  const fieldRequirement = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) => {
    const written = [type, ...type.getInterfaces()].map(
      (each) => ofField.get(`${each.name}.${field.name}`)?.requirement ?? PUBLIC,
    );
    const returned = getNamedType(field.type);
    const ofReturn =
      isObjectType(returned) || isInterfaceType(returned) ? typeRequirement(returned) : PUBLIC;
    return bounded([typeRequirement(type), ...written, ofReturn].reduce(both, PUBLIC));
  };

  const fields = new Map<string, Requirement>();
  const types = new Map<string, Requirement>();
  const bare: string[] = [];
  const warnings: string[] = [];
  for (const type of composites) {
    if (!isObjectType(type)) continue;
    const whole = bounded(typeRequirement(type));
    if (whole.signedIn) types.set(type.name, whole);
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const requirement = fieldRequirement(type, field);
      fields.set(coordinate, requirement);
      const isPublic = ofField.get(coordinate)?.isPublic === true;
      if (roots.has(type.name) && !requirement.signedIn && !isPublic) bare.push(coordinate);
      if (isPublic && requirement.signedIn) {
        warnings.push(`${coordinate}: @${names.public} is overruled by a rule elsewhere`);
      }
      if (requirement.signedIn && String(field.type).endsWith('!')) {
        warnings.push(
          `${coordinate}: guarded and non-null, so a refusal wipes out its neighbours too`,
        );
      }
    }
  }
  if (bare.length > 0) {
    const all = `@${names.auth}, @${names.critical} or @${names.public}`;
    problems.push(...bare.map((coordinate) => `${coordinate}: a root field needs ${all}`));
  }
  if (problems.length > 0) {
    throw new StartupError(`The schema's rules are not valid:\n  ${problems.join('\n  ')}`);
  }
  return new Policy(fields, types, warnings);
}
