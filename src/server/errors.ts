import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { badInput, findPortcullisError, normalise } from '../errors/index.js';
import type { Code, PortcullisError } from '../errors/index.js';
import { errorBody } from './unrouted.js';

/** What fastify itself refuses, in the words of the contract. */
function inputError(error: FastifyError): PortcullisError | undefined {
  switch (error.statusCode) {
    case 413:
      return badInput('body', 'The request body is too large.');
    case 415:
      return badInput('content-type', 'The content type must be application/json.');
    case 400:
      return badInput('body', 'The request cannot be read.');
    default:
      return undefined;
  }
}

const STATUS: Partial<Record<Code, number>> = {
  BAD_USER_INPUT: 400,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
};

function statusOf({ code }: PortcullisError): number {
  return STATUS[code] ?? 503;
}

/** Whatever goes wrong outside GraphQL is answered in GraphQL's shape too: JSON, never a stack. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = findPortcullisError(error) ?? inputError(error);
    const status = error.statusCode ?? (known ? statusOf(known) : 500);
    if (!known) request.log.error({ requestId: request.id, err: error }, 'unexpected error');
    const facts = { message: '', code: undefined, requestId: request.id };
    return reply.code(status).send({ errors: [normalise(known, facts)] });
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(app, request);
    if (allowed.length === 0) {
      return reply.code(404).send(errorBody(badInput('url', 'There is nothing here.')));
    }
    const error = badInput('method', 'This method is not served here.');
    return reply.code(405).header('allow', allowed.join(', ')).send(errorBody(error));
  });
}

/** The methods that are served where this one is not. */
function methodsOf(app: FastifyInstance, { url }: FastifyRequest): string[] {
  const path = url.split('?', 1)[0]?.replace(/(?<=.)\/$/, '') ?? '';
  return (['GET', 'HEAD', 'POST'] as const).filter((method) => app.hasRoute({ method, url: path }));
}
