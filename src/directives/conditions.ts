import type { GraphQLResolveInfo } from 'graphql';
import { PortcullisError } from '../errors/portcullis-error.js';
import { isPromise } from '../support/is-promise.js';
import { refuseLater } from './refuse-later.js';

/**
 * A demand of one's own on a field, named in `@auth(when:)`: anything but `true`, and anything thrown, is
 * a refusal. Asked last, anew for every field, and its answer is never kept.
 * @param parent the value whose field it is; for a root field the root value
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- what a schema's values and context are, its team knows */
export type Condition<Context = any, Parent = any> = (
  parent: Parent,
  args: Readonly<Record<string, any>>,
  context: Context,
  info: GraphQLResolveInfo,
) => boolean | Promise<boolean>;
/* eslint-enable @typescript-eslint/no-explicit-any */

/** By the names that `@auth(when:)` says. */
export type Conditions = Readonly<Record<string, Condition>>;

/** Where a condition is asked. */
export type Site = [
  parent: unknown,
  args: Readonly<Record<string, unknown>>,
  context: unknown,
  info: GraphQLResolveInfo,
];

/** Undefined when all are met at once; else settles when they are, or rejects. */
export type Meet = (names: readonly string[], site: Site) => Promise<void> | undefined;

export interface ConditionOptions {
  readonly conditions: Conditions;
  /** Told of what a condition threw; the client is told no more than that it was not met. */
  readonly onError?: ((name: string, error: unknown) => void) | undefined;
}

export function createMeet({ conditions, onError }: ConditionOptions): Meet {
  const known = new Map(Object.entries(conditions));
  const ask = (name: string, site: Site): unknown => {
    const condition = known.get(name);
    try {
      const answer: unknown = condition?.(...site);
      return isPromise(answer) ? answer.then(undefined, refused(name)) : answer;
    } catch (error) {
      return refused(name)(error);
    }
  };
  const refused = (name: string) => (error: unknown) => {
    onError?.(name, error);
    return false;
  };

  return (names, site) => {
    const answers = names.map((name) => ask(name, site));
    if (answers.some(isPromise)) return Promise.all(answers).then(demand);
    return refuseLater(() => demand(answers));
  };
}

function demand(answers: readonly unknown[]): undefined {
  const isMet = answers.every((answer) => answer === true);
  if (!isMet) throw new PortcullisError('FORBIDDEN', 'CONDITION_NOT_MET');
}
