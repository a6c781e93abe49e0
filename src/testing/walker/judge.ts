import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Graph } from './graph.js';
import { lookUp, originOf, placeOf, startsWith } from './places.js';
import type { Question } from './questions.js';
import type { Ran } from './stubs.js';

export interface Verdict {
  readonly kind: 'leak' | 'denied';
  readonly coordinate: string;
  readonly why: string;
}

/**
 * Compares what a question was answered with what nobody who is not signed in may get, and with what
 * anybody may.
 */
export function judgeAnswer(
  question: Question,
  graph: Graph,
  { data, errors = [] }: ExecutionResult,
  ran: readonly Ran[],
): Verdict[] {
  const leaks = ran.map(({ coordinate, what }) => leak(coordinate, `its ${what} ran`));
  const target = question.path.steps.at(-1);
  if (!target) return leaks;
  const coordinate = `${target.type}.${target.field}`;
  const judged = errors.map((error) => ({
    path: error.path ?? [],
    verdict: judgeError(question, graph, error),
  }));
  const verdicts = [...leaks, ...judged.flatMap(({ verdict }) => verdict ?? [])];
  const { value, at } = lookUp(data, placeOf(question, graph));
  const accounted = judged.some(({ path }) => startsWith(path, at));
  if (graph.isGuarded(target) || !question.path.open) {
    if (value != null) verdicts.push(leak(coordinate, 'it was answered'));
    else if (!accounted) verdicts.push(leak(coordinate, 'it is missing, and nothing was refused'));
  } else if (value == null && !accounted) {
    verdicts.push(denied(coordinate, 'it is missing, and nothing guards it'));
  }
  return verdicts;
}

function judgeError(
  question: Question,
  graph: Graph,
  { path = [], message, extensions }: GraphQLError,
): Verdict | undefined {
  const origin = originOf(question, graph, path);
  const { code, reason } = extensions as { code?: string; reason?: string };
  const said = code === undefined ? message : `${code}/${reason ?? ''}`;
  if (origin?.isGuarded === true) {
    const { coordinate } = origin;
    return code === 'UNAUTHENTICATED' && reason === 'NO_TOKEN'
      ? undefined
      : leak(coordinate, `it failed with ${said} instead of being refused`);
  }
  const last = question.path.steps.at(-1);
  const coordinate = origin?.coordinate ?? `${last?.type ?? ''}.${last?.field ?? ''}`;
  return denied(coordinate, `it failed with ${said}, and nothing guards it`);
}

function leak(coordinate: string, why: string): Verdict {
  return { kind: 'leak', coordinate, why };
}

function denied(coordinate: string, why: string): Verdict {
  return { kind: 'denied', coordinate, why };
}
