import { isAbstractType, isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { StartupError } from '../errors/startup-error.js';
import type { Policy } from '../policy/policy.js';
import { coordinate } from './enforce.js';
import { isGuarded } from './guarded-functions.js';
import { hasGuardedReference } from './references.js';

/**
 * Whether a schema that is about to be served still asks at every place that its policy guards.
 * @throws StartupError naming each place whose guard was replaced by a later transform, or saying that
 * the schema was never protected.
 */
export function assertProtected(schema: GraphQLSchema, policy: Policy): void {
  const lost: string[] = [];
  let guarded = 0;
  const see = (isKept: boolean, where: string) => {
    guarded += 1;
    if (!isKept) lost.push(where);
  };
  const subscription = schema.getSubscriptionType()?.name;
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    const { name } = type;
    if (isAbstractType(type)) {
      const items = schema.getPossibleTypes(type).some((each) => policy.type(each.name).signedIn);
      if (items) see(isGuarded(type.resolveType, name), `${name} (resolveType)`);
    }
    if ((isObjectType(type) || isInterfaceType(type)) && policy.type(name).signedIn) {
      see(hasGuardedReference(type), `${name} (__resolveReference)`);
    }
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const at = coordinate(name, field.name);
      if (!policy.field(name, field.name).signedIn) continue;
      see(isGuarded(field.resolve, at), at);
      if (name === subscription) see(isGuarded(field.subscribe, at), `${at} (subscribe)`);
    }
  }
  // A type without a reference passes as it stands, so it says nothing of whether all of it is lost.
  const isBare = lost.length > 0 && !anyFieldGuarded(schema);
  if (isBare) {
    throw new StartupError(
      `The schema has ${guarded} rules that nobody enforces: pass it through protect() last.`,
    );
  }
  if (lost.length === 0) return;
  throw new StartupError(
    `A transform after protect() has replaced what guards these; protect() must be the last:\n  ${lost.join('\n  ')}`,
  );
}

function anyFieldGuarded(schema: GraphQLSchema): boolean {
  return Object.values(schema.getTypeMap()).some(
    (type) =>
      isObjectType(type) &&
      Object.values(type.getFields()).some((field) =>
        isGuarded(field.resolve, coordinate(type.name, field.name)),
      ),
  );
}
