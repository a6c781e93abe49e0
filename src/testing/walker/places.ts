import { isAbstractType } from 'graphql';
import { itemsOf } from './entities.js';
import type { Graph, Step } from './graph.js';
import type { Question } from './questions.js';

export type ResponsePath = readonly (string | number)[];

/** Whose field or item an error of the answer is about. */
export interface Origin {
  readonly coordinate: string;
  /** The object type of the refused value, where the field itself went well. */
  readonly item: string | undefined;
  readonly isGuarded: boolean;
}

/** The types of the values that the fields of a path answer, from the root's field on. */
export function aimsOf({ path }: Question): readonly string[] {
  return path.steps.slice(1).map(({ type }) => type);
}

/** Where in the answer the target stands. */
export function placeOf(question: Question, graph: Graph): ResponsePath {
  const { steps } = question.path;
  const aims = aimsOf(question);
  return steps.flatMap((step, n) => {
    const key = question.keys[n] ?? '';
    const aim = aims[n];
    if (aim === undefined) return [key];
    const { lists } = graph.shapeOf(step);
    const zeros: number[] = Array.from({ length: lists }, () => 0);
    return lists === 0 ? [key] : [key, ...zeros.slice(1), itemsOf(step, graph, aim).indexOf(aim)];
  });
}

/** Follows an error's path down the types of the stubs' values. Undefined where it leads nowhere. */
export function originOf(question: Question, graph: Graph, path: ResponsePath): Origin | undefined {
  const aims = aimsOf(question);
  let type: string | undefined = question.path.steps[0]?.type;
  let depth = 0;
  for (let at = 0; at < path.length; depth += 1) {
    const field = question.path.steps[depth]?.field;
    if (type === undefined || field === undefined || field === '__typename') return undefined;
    const step: Step = { type, field };
    const { named, lists } = graph.shapeOf(step);
    const indexes = path.slice(at + 1, at + 1 + lists).filter((key) => typeof key === 'number');
    const isItem = indexes.length === lists;
    at += 1 + indexes.length;
    type =
      lists > 0
        ? itemsOf(step, graph, aims[depth])[indexes.at(-1) ?? 0]
        : graph.single(named, aims[depth]);
    if (at < path.length) continue;
    const coordinate = `${step.type}.${step.field}`;
    if (graph.isGuarded(step)) return { coordinate, item: undefined, isGuarded: true };
    const item = isItem && isAbstractType(named) ? type : undefined;
    const isGuarded = item !== undefined && graph.isGuardedType(item);
    return { coordinate, item: isGuarded ? item : undefined, isGuarded };
  }
  return undefined;
}

/** What an answer has at a path, and how far it got. */
export function lookUp(data: unknown, path: ResponsePath): { value: unknown; at: ResponsePath } {
  let value = data;
  for (const [n, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return { value: null, at: path.slice(0, n) };
    value = (value as Record<string | number, unknown>)[key];
  }
  return { value, at: path };
}

export function startsWith(path: ResponsePath, beginning: ResponsePath): boolean {
  return beginning.every((key, n) => path[n] === key);
}
