import { getOperationAST } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { privateCacheControl } from './cache-control.js';
import type { Protection } from './protection.js';
import { refusalFor, refusedOverHttp } from './refusal.js';

/** As much of GraphQL Yoga's and Envelop's hooks as is needed; neither needs to be installed. */
interface Execution {
  readonly args: {
    readonly schema: GraphQLSchema;
    readonly document: DocumentNode;
    readonly contextValue: unknown;
    readonly variableValues?: { readonly [name: string]: unknown } | null | undefined;
    readonly operationName?: string | null | undefined;
  };
  readonly setResultAndStopExecution: (result: ExecutionResult) => void;
}

interface Executed {
  readonly result: unknown;
  readonly setResult: (result: ExecutionResult) => void;
}

export interface YogaPlugin {
  onParse(payload: { readonly params: { readonly source: string | { body: string } } }): void;
  onValidate(payload: { readonly params: { readonly documentAST: DocumentNode } }): void;
  onSchemaChange(payload: { readonly schema: GraphQLSchema }): void;
  onExecute(payload: Execution): Promise<{ onExecuteDone(payload: Executed): void }>;
  onSubscribe(payload: Execution): Promise<void>;
  onResponse(payload: { readonly request: Request; readonly response: Response }): void;
}

/**
 * For GraphQL Yoga, 5: refuses a schema that has lost a guard, refuses before execution what can be, and
 * makes answers with guarded fields private.
 */
export function yogaPlugin(protection: Protection): YogaPlugin {
  /** Of what goes back to a request: headers, and whether it is private. */
  const answers = new WeakMap<Request, { headers: Record<string, string>; isPrivate: boolean }>();
  const noted = (context: unknown) => {
    const { request } = (context ?? {}) as { request?: Request };
    if (!request) return undefined;
    const known = answers.get(request) ?? { headers: {}, isPrivate: false };
    answers.set(request, known);
    return known;
  };

  const gate = async ({ args, setResultAndStopExecution }: Execution): Promise<boolean> => {
    const { schema, document, contextValue: context, variableValues, operationName } = args;
    const node = getOperationAST(document, operationName);
    if (!node) return true;
    const variables = variableValues ?? {};
    const { request: batch } = (context ?? {}) as { request?: object };
    const error = await protection.gate({ schema, document, node, variables, context, batch });
    if (!error) return true;
    setResultAndStopExecution({ errors: [refusedOverHttp(refusalFor(error))] });
    return false;
  };

  return {
    onSchemaChange: ({ schema }) => protection.assertProtected(schema),
    onParse: ({ params: { source } }) => {
      const text = typeof source === 'string' ? source : source.body;
      const error = protection.limits?.refusedSource(text);
      if (error) throw refusedOverHttp(refusalFor(error));
    },
    // Thrown: among what validation finds, Yoga would answer it with 200.
    onValidate: ({ params: { documentAST } }) => {
      const error = protection.limits?.refusedDocument(documentAST);
      if (error) throw refusedOverHttp(refusalFor(error));
    },
    onExecute: async (execution) => {
      await gate(execution);
      const { contextValue } = execution.args;
      return {
        onExecuteDone: ({ result, setResult }) => {
          const answer = noted(contextValue);
          if (answer && protection.isPrivate(contextValue)) answer.isPrivate = true;
          const extras = protection.extras(contextValue);
          if (!extras || typeof result !== 'object' || result === null) return;
          const { extensions } = result as ExecutionResult;
          if (answer) Object.assign(answer.headers, extras.headers);
          setResult({ ...result, extensions: { ...extensions, portcullis: extras.portcullis } });
        },
      };
    },
    onSubscribe: async (execution) => {
      await gate(execution);
    },
    onResponse: ({ request, response }) => {
      const answer = answers.get(request);
      if (!answer) return;
      for (const [name, value] of Object.entries(answer.headers)) response.headers.set(name, value);
      if (!answer.isPrivate) return;
      const given = response.headers.get('cache-control') ?? undefined;
      response.headers.set('cache-control', privateCacheControl(given));
    },
  };
}
