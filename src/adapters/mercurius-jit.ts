import { Kind, TypeInfo, getNamedType, isAbstractType, visit, visitWithTypeInfo } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Policy } from '../policy/index.js';

/**
 * Which documents Mercurius' `jit` must leave alone. It knows no operation name once it has compiled a
 * document, so another operation than the judged one would run; and it knows neither promises nor errors
 * of `resolveType`, so one refused item would refuse the whole answer.
 */
export function createNotForJit(
  policyOf: (schema: GraphQLSchema) => Policy,
): (schema: GraphQLSchema, document: DocumentNode) => boolean {
  /** Mercurius keeps its parsed documents. */
  const known = new WeakMap<DocumentNode, boolean>();
  return (schema, document) => {
    const before = known.get(document);
    if (before !== undefined) return before;
    const answer =
      document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length > 1 ||
      asksForGuardedItems(schema, document, policyOf(schema));
    known.set(document, answer);
    return answer;
  };
}

/** Whether a field of it answers an interface or union that a guarded type belongs to. */
function asksForGuardedItems(
  schema: GraphQLSchema,
  document: DocumentNode,
  policy: Policy,
): boolean {
  const types = new TypeInfo(schema);
  const isGuardedMix = (type: unknown) =>
    isAbstractType(type) &&
    schema.getPossibleTypes(type).some(({ name }) => policy.type(name).signedIn);
  let found = false;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        const answer = types.getType();
        if (answer) found ||= isGuardedMix(getNamedType(answer));
      },
    }),
  );
  return found;
}
