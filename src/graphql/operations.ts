import type { ApolloServer } from '@apollo/server';
import { createSourceEventStream, execute } from 'graphql';

import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Protection } from '../adapters/index.js';
import { Farewell } from '../directives/index.js';
import { PortcullisError, findPortcullisError } from '../errors/index.js';
import type { GraphQLContext, RequestFacts } from './context.js';
import type { ErrorReport } from './error-report.js';
import { EventStream } from './event-stream.js';
import { PresentedError } from './present.js';
import type { Present } from './present.js';

export interface OperationRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
  /** Of a trusted document. */
  readonly documentId?: unknown;
}

/** What became of an operation. Every error in it is fit to leave the process. */
export type Outcome =
  /** Nothing ran, or nothing that may be told. */
  | { readonly kind: 'refused'; readonly errors: readonly PresentedError[] }
  | { readonly kind: 'answer'; readonly result: ExecutionResult }
  | { readonly kind: 'stream'; readonly events: EventStream };

export interface OperationsOptions {
  readonly apollo: ApolloServer<GraphQLContext>;
  readonly schema: GraphQLSchema;
  readonly protection: Protection;
  readonly report: ErrorReport;
  readonly present: Present;
}

/** Makes a context from the token as it is judged now; every operation and every event has its own. */
export type NewContext = (
  facts?: Pick<RequestFacts, 'unasked' | 'documentId' | 'stream'>,
) => Promise<GraphQLContext>;

/**
 * Runs operations that do not come by HTTP, by the same steps as those that do: Apollo's, with every
 * rule and plugin that it was given. Only what it cannot do, streaming, is done here.
 */
export class Operations {
  readonly #apollo: ApolloServer<GraphQLContext>;
  readonly #schema: GraphQLSchema;
  readonly #protection: Protection;
  readonly #report: ErrorReport;
  readonly #present: Present;

  constructor({ apollo, schema, protection, report, present }: OperationsOptions) {
    this.#apollo = apollo;
    this.#schema = schema;
    this.#protection = protection;
    this.#report = report;
    this.#present = present;
  }

  /**
   * @param requestId what the client is told when something happens that nobody foresaw
   * @param mayStream why a subscription, valid and allowed as it is, may not begin
   */
  async run(
    request: OperationRequest,
    newContext: NewContext,
    requestId: string,
    mayStream: () => PortcullisError | undefined,
  ): Promise<Outcome> {
    const { query, variables, operationName, extensions, documentId } = request;
    try {
      let document: DocumentNode | undefined;
      const stream = (validated: DocumentNode) => void (document = validated);
      const context = await newContext({ documentId, stream });
      const { body } = await this.#apollo.executeOperation(
        {
          query,
          ...(variables == null ? {} : { variables }),
          ...(operationName == null ? {} : { operationName }),
          ...(extensions == null ? {} : { extensions }),
        },
        { contextValue: context },
      );
      if (document) {
        const refusal = mayStream();
        if (refusal) return refusedOutcome(refusal);
        return await this.#stream(document, request, context, newContext);
      }
      if (body.kind !== 'single') throw new Error('an answer in parts');
      const { errors, ...result } = body.singleResult;
      const presented = errors?.map((error) => new PresentedError(error));
      return outcomeOf(result, presented);
    } catch (error) {
      return refusedOutcome(this.#known(error, requestId));
    }
  }

  async #stream(
    document: DocumentNode,
    { variables, operationName }: OperationRequest,
    context: GraphQLContext,
    newContext: NewContext,
  ): Promise<Outcome> {
    const { requestId } = context;
    const args = { schema: this.#schema, document, variableValues: variables, operationName };
    const source = await createSourceEventStream({ ...args, contextValue: context });
    if (!(Symbol.asyncIterator in source)) {
      return outcomeOf(source, this.#errorsOf(source, requestId));
    }
    const answer = async (event: unknown): Promise<ExecutionResult> => {
      const contextValue = await newContext({ unasked: true });
      const refusal =
        event instanceof Farewell ? undefined : this.#protection.refusedToken(contextValue);
      if (refusal) throw refusal;
      const result = await execute({ ...args, contextValue, rootValue: event });
      const errors = this.#errorsOf(result, requestId);
      return { ...result, ...(errors ? { errors } : {}) };
    };
    const fail = (error: unknown) => this.#known(error, requestId);
    return { kind: 'stream', events: new EventStream(source, answer, fail) };
  }

  #errorsOf({ errors }: ExecutionResult, requestId: string): PresentedError[] | undefined {
    return errors?.map((error) => {
      this.#report(error, requestId);
      return new PresentedError(this.#present(error.toJSON(), error));
    });
  }

  /** What ends an operation, in the words of the contract. */
  #known(error: unknown, requestId: string): PortcullisError {
    const thrown = error instanceof Error ? error : new Error('something that is no error');
    this.#report(thrown, requestId);
    const internal = () => new PortcullisError('INTERNAL_SERVER_ERROR', 'INTERNAL', { requestId });
    return findPortcullisError(error) ?? internal();
  }
}

export function refusedOutcome({ message, extensions }: PortcullisError): Outcome {
  const error = new PresentedError({ message, extensions: { ...extensions } });
  return { kind: 'refused', errors: [error] };
}

function outcomeOf(result: ExecutionResult, errors: PresentedError[] | undefined): Outcome {
  if (result.data === undefined && errors) return { kind: 'refused', errors };
  return { kind: 'answer', result: { ...result, ...(errors ? { errors } : {}) } };
}
