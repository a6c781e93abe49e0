import type { FastifyError, FastifyInstance } from 'fastify';
import { badInput, findPortcullisError, normalise } from '../errors/index.js';
import type { Code, PortcullisError } from '../errors/index.js';

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
  app.setNotFoundHandler((_request, reply) => {
    const error = normalise(badInput('url', 'There is nothing here.'), { message: '', code: '' });
    return reply.code(404).send({ errors: [error] });
  });
}
