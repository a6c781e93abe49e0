import { GraphQLError, Kind, getOperationAST } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { PortcullisError } from '../errors/index.js';
import { privateCacheControl } from './cache-control.js';
import { createNotForJit } from './mercurius-jit.js';
import type { Protection } from './protection.js';
import { refusalFor } from './refusal.js';

interface Reply {
  readonly request: { readonly body?: unknown; readonly query?: unknown };
  header(name: string, value: string): unknown;
  getHeader(name: string): unknown;
}

/** As much of Mercurius' context as is needed. */
interface Context {
  readonly reply?: Reply;
  /** The place of an operation in its batch. */
  readonly operationId?: number;
  /** Of its batch. */
  readonly operationsCount?: number;
}

type Variables = Readonly<Record<string, unknown>>;
type Hook<More extends unknown[], Answer> = (
  schema: GraphQLSchema,
  document: DocumentNode,
  context: Context,
  ...more: More
) => Promise<Answer>;

/** As much of a Fastify server with Mercurius as is needed; neither needs to be installed. */
export interface MercuriusServer {
  readonly graphql: {
    readonly schema: GraphQLSchema;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Mercurius' own types of its hooks
    addHook(name: any, hook: any): void;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Fastify's own types of its hooks
  addHook(name: any, hook: any): unknown;
}

/**
 * For Mercurius, 16: call it once Mercurius is registered. Refuses to start when a guard was lost, refuses
 * before execution what can be, and makes answers with guarded fields private.
 */
export function protectMercurius(app: MercuriusServer, protection: Protection): void {
  const notForJit = createNotForJit(protection.policyOf);
  const gate: Hook<[variables?: Variables], void> = async (
    schema,
    document,
    context,
    variables = {},
  ) => {
    const batch = (context.operationsCount ?? 1) > 1 ? context.reply : undefined;
    for (const node of operationsOf(document, context)) {
      const error = await protection.gate({ schema, document, node, variables, context, batch });
      if (error) refuse(error, context);
    }
  };
  const beforeExecution: Hook<[variables?: Variables], { document?: DocumentNode }> = async (
    schema,
    document,
    context,
    variables,
  ) => {
    await gate(schema, document, context, variables);
    // A document that a hook answers is not compiled.
    return notForJit(schema, document) ? { document } : {};
  };
  const beforeParsing = (_schema: GraphQLSchema, source: string, context: Context) => {
    const error = protection.limits?.refusedSource(source);
    return error ? refuse(error, context) : Promise.resolve();
  };
  const beforeValidation = (_schema: GraphQLSchema, document: DocumentNode, context: Context) => {
    const error = protection.limits?.refusedDocument(document);
    return error ? refuse(error, context) : Promise.resolve();
  };
  const beforeSubscription: Hook<[id?: string], void> = async (schema, document, context) => {
    // Nothing else is asked between its parsing and this, not even whether it is valid.
    const error = protection.refusedToken(context) ?? protection.limits?.refusedDocument(document);
    if (error) refuse(error, context);
    await gate(schema, document, context);
  };
  const finish = (execution: { extensions?: object }, context: Context): Promise<void> => {
    const { reply } = context;
    if (reply && protection.isPrivate(context)) {
      const given = reply.getHeader('cache-control');
      const cacheControl = typeof given === 'string' ? given : undefined;
      reply.header('cache-control', privateCacheControl(cacheControl));
    }
    const extras = protection.extras(context);
    if (extras) {
      execution.extensions = { ...execution.extensions, portcullis: extras.portcullis };
      for (const [name, value] of Object.entries(extras.headers)) reply?.header(name, value);
    }
    return Promise.resolve();
  };
  app.addHook('onReady', async () => {
    protection.assertProtected(app.graphql.schema);
    await protection.ready();
  });
  app.graphql.addHook('preParsing', beforeParsing);
  app.graphql.addHook('preValidation', beforeValidation);
  app.graphql.addHook('preSubscriptionParsing', beforeParsing);
  app.graphql.addHook('preExecution', beforeExecution);
  app.graphql.addHook('preSubscriptionExecution', beforeSubscription);
  app.graphql.addHook('onResolution', finish);
}

function refuse(error: PortcullisError, { reply }: Context): never {
  const { status, headers } = refusalFor(error);
  for (const [name, value] of Object.entries(headers)) reply?.header(name, value);
  // Mercurius answers with the status of the error behind the only error.
  const originalError = Object.assign(new GraphQLError(error.message), { statusCode: status });
  throw new GraphQLError(error.message, { originalError, extensions: error.extensions });
}

/**
 * What is about to run. Mercurius does not tell its hooks which operation of a document was asked for;
 * where nothing else does, such as on a socket, all of them are judged.
 */
function operationsOf(document: DocumentNode, context: Context): OperationDefinitionNode[] {
  const node = getOperationAST(document, operationNameOf(context));
  if (node) return [node];
  return document.definitions.filter(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
}

function operationNameOf({ reply, operationId = 0 }: Context): string | undefined {
  const { body, query } = reply?.request ?? {};
  const given: unknown = Array.isArray(body) ? body[operationId] : (body ?? query);
  const { operationName } = (given ?? {}) as { operationName?: unknown };
  return typeof operationName === 'string' ? operationName : undefined;
}
