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

/** Whatever goes wrong outside GraphQL is answered in GraphQL's shape too: JSON, never a stack. Before any route. */
export function answerErrors(app: FastifyInstance): void {
  const methodsOf = servedMethods(app);
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = findPortcullisError(error) ?? inputError(error);
    const status = error.statusCode ?? (known ? statusOf(known) : 500);
    if (!known) request.log.error({ requestId: request.id, err: error }, 'unexpected error');
    const facts = { message: '', code: undefined, requestId: request.id };
    return reply.code(status).send({ errors: [normalise(known, facts)] });
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(request);
    if (allowed.length === 0) {
      return reply.code(404).send(errorBody(badInput('url', 'There is nothing here.')));
    }
    const error = badInput('method', 'This method is not served here.');
    return reply.code(405).header('allow', allowed.join(', ')).send(errorBody(error));
  });
}

/**
 * By path, the methods that are served there. Noted as the routes are made: the router, when asked, reads
 * the path of a request as a pattern, and throws at a `*` or a `(` that somebody has put into it.
 */
function servedMethods(app: FastifyInstance): (request: FastifyRequest) => readonly string[] {
  const served = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = served.get(url) ?? new Set();
    served.set(url, methods);
    for (const each of [method].flat()) methods.add(each);
  });
  return ({ url }) => {
    const path = url.replace(/^https?:\/\/[^/?]*|\?.*/gs, '').replace(/(?<=.)\/$/, '');
    return ['GET', 'HEAD', 'POST'].filter((method) => served.get(path)?.has(method));
  };
}
