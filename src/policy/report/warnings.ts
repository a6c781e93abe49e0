import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { GraphQLField, GraphQLSchema } from 'graphql';
import type { Draft } from '../compile.js';
import { isFamiliar } from './familiar-directives.js';
import type { PolicyWarning } from '../warnings.js';

/** What is allowed and yet probably not meant, and what keeps a server from starting. */
export interface ReportWarning {
  /** `Type.field`, or `@directive`. */
  readonly coordinate: string;
  readonly kind:
    | PolicyWarning['kind']
    /** A field at the root with neither a rule nor `@public`: no server starts with it. */
    | 'root-without-rule'
    /** A mutation that asks for a session and yet not whether the session is still good. */
    | 'mutation-not-critical'
    /** A list of which single items may be refused, or all because of their type. */
    | 'list-of-guarded-type'
    /** A directive of somebody else; or one of ours, misspelt. */
    | 'undeclared-directive';
  /** Begins with the coordinate. */
  readonly message: string;
}

/** All warnings on a schema, sorted by coordinate. */
export function reportWarnings(
  schema: GraphQLSchema,
  { policy, bare }: Pick<Draft, 'policy' | 'bare'>,
  undeclared: readonly string[],
): ReportWarning[] {
  const warnings: ReportWarning[] = [...policy.warnings];
  const warn = (coordinate: string, kind: ReportWarning['kind'], what: string) =>
    warnings.push({ coordinate, kind, message: `${coordinate}: ${what}` });

  for (const coordinate of bare) {
    warn(coordinate, 'root-without-rule', 'a root field with neither a rule nor @public');
  }
  const mutation = schema.getMutationType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const { signedIn, maxStale } = policy.field(type.name, field.name);
      if (type === mutation && signedIn && maxStale === undefined) {
        const what = 'guarded, but a session that ended elsewhere may still pass; add @critical';
        warn(coordinate, 'mutation-not-critical', what);
      }
      const list = listWarning(schema, policy, field);
      if (list !== undefined) warn(coordinate, 'list-of-guarded-type', list);
    }
  }
  for (const name of undeclared.filter((each) => !isFamiliar(schema, each))) {
    warn(
      `@${name}`,
      'undeclared-directive',
      'not declared, so it is taken for that of somebody else',
    );
  }
  return warnings.sort((a, b) => compare(a.coordinate, b.coordinate) || compare(a.kind, b.kind));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

type Fields = GraphQLField<unknown, unknown>;

function listWarning(
  schema: GraphQLSchema,
  policy: Draft['policy'],
  { type }: Fields,
): string | undefined {
  const list = isNonNullType(type) ? type.ofType : type;
  if (!isListType(list)) return undefined;
  const named = getNamedType(list);
  if (isObjectType(named) || isInterfaceType(named)) {
    const { signedIn, when } = policy.type(named.name);
    if (when)
      return `the items are ${named.name}, which has a condition: each is judged at its own fields`;
    if (signedIn) return `the items are ${named.name}, which is guarded: the list is refused whole`;
  }
  if (!isAbstractType(named)) return undefined;
  const guarded = schema
    .getPossibleTypes(named)
    .map(({ name }) => name)
    .filter((name) => policy.type(name).signedIn);
  if (guarded.length === 0) return undefined;
  const those = `${guarded.sort().join(' or ')}, which ${guarded.length === 1 ? 'is' : 'are'} guarded`;
  return isNonNullType(list.ofType)
    ? `items may be ${those}: as items are non-null, one refusal wipes out the list`
    : `items may be ${those}: such an item is refused by itself and is null`;
}
