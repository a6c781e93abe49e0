import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { findPortcullisError } from '../../errors/index.js';

const MEDIA_TYPE = 'application/x-www-form-urlencoded';

/** An error in the form of RFC 6749, 5.2. */
function answer(reply: FastifyReply, status: number, error: string, description: string) {
  void reply.code(status);
  return reply.send({ error, error_description: description });
}

/** What of a request's form cannot be read. */
class FormError extends Error {}

/** Makes the routes of this scope take forms (RFC 6749, appendix B), and answer errors as OAuth does. */
export function takeForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(MEDIA_TYPE, { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(body as string));
  });
  scope.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error instanceof FormError) return answer(reply, 400, 'invalid_request', error.message);
    const known = findPortcullisError(error);
    if (known?.code === 'BAD_USER_INPUT') {
      return answer(reply, 400, 'invalid_request', known.message);
    }
    if (known) {
      void reply.header('retry-after', '1');
      const description = 'The session store cannot answer right now. Try again.';
      return answer(reply, 503, 'temporarily_unavailable', description);
    }
    switch (error.statusCode) {
      case 413:
        return answer(reply, 413, 'invalid_request', 'The body is too large.');
      case 415:
        return answer(reply, 415, 'invalid_request', `The content type must be ${MEDIA_TYPE}.`);
      case 400:
        return answer(reply, 400, 'invalid_request', 'The request cannot be read.');
      default:
        request.log.error({ requestId: request.id, err: error }, 'unexpected error');
        return answer(reply, 500, 'server_error', 'Internal server error');
    }
  });
}

/** The parameter `token`. One without a value counts as omitted, and none may come twice (RFC 6749, 3.2). */
export function tokenOf(form: unknown): string {
  const names = form instanceof URLSearchParams ? [...form.keys()] : [];
  if (new Set(names).size < names.length) throw new FormError('A parameter is repeated.');
  const token = form instanceof URLSearchParams ? form.get('token') : null;
  if (!token) throw new FormError('The parameter token is missing.');
  return token;
}
