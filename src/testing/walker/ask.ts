import { execute, parse, subscribe } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Graph } from './graph.js';
import { judgeAnswer } from './judge.js';
import type { Verdict } from './judge.js';
import { aimsOf } from './places.js';
import type { Question } from './questions.js';
import type { Stubs } from './stubs.js';

export interface Stage {
  readonly graph: Graph;
  readonly stubs: Stubs;
  readonly schema: GraphQLSchema;
  readonly context: () => unknown;
}

/** Asks as an operation, and in a subscription also for its first event. */
export async function ask(stage: Stage, question: Question): Promise<Verdict[]> {
  const { graph, stubs, schema, context } = stage;
  const root = question.path.steps[0]?.type ?? '';
  const document = parse(question.text, { noLocation: true });
  const args = (rootValue: object): ExecutionArgs => ({
    ...{ schema, document, rootValue },
    contextValue: context(),
  });
  const judged = async (answer: () => Promise<ExecutionResult>) => {
    stubs.prepare(aimsOf(question), question.byPromises);
    const result = await answer();
    return judgeAnswer(question, graph, result, stubs.ran);
  };
  const verdicts = await judged(async () => execute(args(stubs.values.object(root))));
  if (question.path.operation !== 'subscription') return verdicts;
  return [...verdicts, ...(await judged(() => firstEvent(args(stubs.sources(root)))))];
}

async function firstEvent(args: ExecutionArgs): Promise<ExecutionResult> {
  const stream = await subscribe(args);
  if (!(Symbol.asyncIterator in stream)) return stream;
  const event = await stream.next();
  await stream.return(undefined);
  return event.done === true ? { data: null } : event.value;
}
