import type { Graph, Step } from './graph.js';
import type { Paths } from './paths.js';
import { questionsAlong } from './questions.js';
import type { Question } from './questions.js';
import { inTurn } from './turns.js';
import { Ways } from './ways.js';

/** All that a walk asks. What is guarded and what is not take turns, and so do the fields among each. */
export function questionsAbout(graph: Graph, paths: Paths): Iterable<Question> {
  const ways = new Ways(graph);
  const typenames = graph.objects.map(({ name }) => ({ type: name, field: '__typename' }));
  const targets = [...fieldsOf(graph), ...typenames];
  const about = (wanted: boolean) =>
    inTurn(
      targets
        .filter((step) => graph.isGuarded(step) === wanted)
        .map((step) => questionsTo(step, graph, paths, ways)),
    );
  return inTurn([about(true), about(false)]);
}

/** Every field of every object type. */
export function fieldsOf(graph: Graph): Step[] {
  return graph.objects.flatMap((type) =>
    Object.keys(type.getFields()).map((field) => ({ type: type.name, field })),
  );
}

function* questionsTo(step: Step, graph: Graph, paths: Paths, ways: Ways): Generator<Question> {
  for (const path of paths.to(step)) yield* questionsAlong(path, graph, ways);
}
