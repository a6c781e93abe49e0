import type { ConstDirectiveNode } from 'graphql';

/** One use of a directive, whether SDL says so or code. */
export type Application =
  | { readonly name: string; readonly node: ConstDirectiveNode }
  | { readonly name: string; readonly values: unknown };

/** Whatever of a schema may carry directives. */
export interface Carrier {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly ConstDirectiveNode[] }[];
  readonly extensions?: Readonly<Record<PropertyKey, unknown>> | null | undefined;
}

/** All uses at one place: those of the SDL, of its extensions, and of `extensions.directives`. */
export function applicationsAt(element: Carrier): readonly Application[] {
  return [
    ...[element.astNode, ...(element.extensionASTNodes ?? [])]
      .flatMap((node) => node?.directives ?? [])
      .map((node) => ({ name: node.name.value, node })),
    ...written(element.extensions?.['directives']),
  ];
}

/**
 * The two forms in which builders of schemas in code write them down: a list of `{ name, args }`, and an
 * object of the arguments of each name, or a list of such for one that is used again.
 */
function written(directives: unknown): Application[] {
  if (typeof directives !== 'object' || directives === null) return [];
  if (Array.isArray(directives)) {
    return directives
      .filter((each: unknown) => typeof each === 'object' && each !== null && 'name' in each)
      .map((each: { name: unknown; args?: unknown }) => ({
        name: String(each.name),
        values: each.args ?? {},
      }));
  }
  return Object.entries(directives).flatMap(([name, uses]: [string, unknown]) =>
    (Array.isArray(uses) ? (uses as unknown[]) : [uses]).map((values) => ({ name, values })),
  );
}
