import { GraphQLError } from 'graphql';
import {
  PortcullisError,
  badInput,
  findPortcullisError,
  normalise,
  storeUnavailable,
} from '../../src/errors/index.js';

const INTERNAL = {
  message: 'Internal server error',
  extensions: { code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL' },
};
const server = { message: 'password=hunter2', code: 'INTERNAL_SERVER_ERROR' };

describe('an error that leaves the process', () => {
  it('says code and reason of ours, and never its cause', () => {
    const error = new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE', {
      cause: new Error('connect ECONNREFUSED 10.0.0.1:5432'),
    });
    expect(normalise(error, server)).toEqual({
      message: 'The session store cannot answer right now. Try again.',
      extensions: { code: 'AUTH_CHECK_UNAVAILABLE', reason: 'STORE_UNAVAILABLE' },
    });
  });

  it('keeps what helps the client', () => {
    expect(normalise(storeUnavailable(new Error('x')), server).extensions).toEqual({
      code: 'STORE_UNAVAILABLE',
      reason: 'STORE_UNAVAILABLE',
      retryable: true,
    });
    expect(normalise(badInput('input.email', 'That is no address.'), server)).toEqual({
      message: 'That is no address.',
      extensions: { code: 'BAD_USER_INPUT', reason: 'input.email' },
    });
    const limited = new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', { retryAfter: 7 });
    expect(normalise(limited, server).extensions).toEqual({
      code: 'RATE_LIMITED',
      reason: 'TOO_MANY_ATTEMPTS',
      retryAfter: 7,
    });
  });

  it('is found however often a server wrapped it', () => {
    const ours = new PortcullisError('FORBIDDEN', 'SCOPE_MISSING');
    const once = new GraphQLError('x', { originalError: ours });
    const twice = new GraphQLError('y', { originalError: once });
    expect(findPortcullisError(twice)).toBe(ours);
    expect(normalise(twice, server)).toEqual({
      message: 'This needs a scope that the caller does not have.',
      extensions: { code: 'FORBIDDEN', reason: 'SCOPE_MISSING' },
    });
  });

  it.each([
    ['an Error', new Error('password=hunter2')],
    ['a wrapped Error', new GraphQLError('x', { originalError: new Error('password=hunter2') })],
    ['a text', 'password=hunter2'],
    ['nothing', undefined],
    ['null', null],
    ['an object', { message: 'password=hunter2', extensions: { code: 'FORBIDDEN' } }],
    ['an error with a code of ours', Object.assign(new Error('x'), { code: 'FORBIDDEN' })],
  ])('says nothing of %s', (_what, error) => {
    expect(normalise(error, server)).toEqual(INTERNAL);
  });

  it.each(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST'])(
    'says nothing of a foreign error that carries the code %s',
    (code) => {
      const foreign = Object.assign(new Error('password=hunter2'), { extensions: { code } });
      const wrapped = new GraphQLError('password=hunter2', { originalError: foreign });
      expect(normalise(wrapped, { ...server, code })).toEqual(INTERNAL);
    },
  );

  it('tells the request, so that the log can be searched', () => {
    expect(normalise(new Error('x'), { ...server, requestId: 'r-1' }).extensions).toEqual({
      ...INTERNAL.extensions,
      requestId: 'r-1',
    });
  });

  it('survives errors that wrap themselves', () => {
    const loop = new Error('x') as Error & { originalError?: Error };
    loop.originalError = loop;
    expect(normalise(loop, server)).toEqual(INTERNAL);
  });

  it.each([
    ['GRAPHQL_PARSE_FAILED', 'query'],
    ['GRAPHQL_VALIDATION_FAILED', 'query'],
    ['OPERATION_RESOLUTION_FAILURE', 'operationName'],
    ['BAD_USER_INPUT', 'variables'],
    ['BAD_REQUEST', 'request'],
  ])('of a request that is itself invalid keeps the message: %s', (code, reason) => {
    const message = 'Syntax Error: Unexpected "}".';
    expect(normalise(new GraphQLError(message), { message, code })).toEqual({
      message,
      extensions: { code: 'BAD_USER_INPUT', reason },
    });
  });

  it.each(['__proto__', 'constructor', 'toString', 7, undefined, null])(
    'of another code says nothing: %s',
    (code) => {
      expect(normalise(new GraphQLError('hunter2'), { message: 'hunter2', code })).toEqual(
        INTERNAL,
      );
    },
  );
});
