import { Kind, parse } from 'graphql';
import { StartupError } from '../errors/index.js';
import { readTypeDefs } from '../graphql/index.js';

/**
 * Other names for what is ours where the team's own schema has them: types, such as `{ User: 'Account' }`,
 * and root fields, such as `{ 'Query.user': 'account' }`. A root field that is null is left out.
 */
export type Rename = Readonly<Record<string, string | null>>;

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

export function isRoot(type: string): boolean {
  return ROOTS.has(type);
}

/** What our types and root fields are called in a schema of the team's own. */
export class Renames {
  readonly #names: ReadonlyMap<string, string | null>;
  readonly #mutations: ReadonlyMap<string, string>;

  /** @throws StartupError naming what is not ours, or no name. */
  constructor(rename: Rename) {
    this.#names = new Map(Object.entries(rename));
    const ours = coordinates();
    for (const [what, name] of this.#names) {
      if (!ours.has(what)) throw new StartupError(`rename: there is no ${what} of ours.`);
      const mayGo = what.includes('.');
      if (name === null ? !mayGo : !/^[_A-Za-z]\w*$/.test(name)) {
        throw new StartupError(`rename: ${what} must have a name of GraphQL.`);
      }
    }
    this.#mutations = new Map(
      [...ours]
        .filter((what) => what.startsWith('Mutation.'))
        .map((what) => what.slice('Mutation.'.length))
        .flatMap((name): [string, string][] => {
          const called = this.field('Mutation', name);
          return called === undefined ? [] : [[called, name]];
        }),
    );
  }

  type(name: string): string {
    return this.#names.get(name) ?? name;
  }

  /** @returns undefined for one that is left out */
  field(type: string, name: string): string | undefined {
    const called = this.#names.get(`${type}.${name}`);
    return called === undefined ? name : (called ?? undefined);
  }

  /** What we call a mutation of the team's schema; undefined where it is none of ours. */
  mutation(called: string): string | undefined {
    return this.#mutations.get(called);
  }
}

/** All that can have another name. */
function coordinates(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const node of parse(readTypeDefs(), { noLocation: true }).definitions) {
    if (node.kind === Kind.DIRECTIVE_DEFINITION || !('name' in node)) continue;
    const { value: type } = node.name;
    found.add(type);
    if (!isRoot(type) || !('fields' in node)) continue;
    for (const field of node.fields ?? []) found.add(`${type}.${field.name.value}`);
  }
  return found;
}
