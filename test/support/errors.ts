import type { Answer } from './client.js';

type Code = { readonly code: string; readonly reason: string } & Record<string, unknown>;

/** Everything that the error table says about an answer, to be compared as a whole. */
export function verdict(answer: Answer) {
  return {
    status: answer.status,
    data: answer.data,
    errors: (answer.errors ?? []).map(({ path, extensions }) => ({
      ...(path ? { path: path.join('.') } : {}),
      ...extensions,
    })),
    challenge: answer.headers.get('www-authenticate'),
    retryAfter: answer.headers.get('retry-after'),
  };
}

const SILENT = { challenge: null, retryAfter: null };

/** A refusal of the whole operation: no `data` at all, and a challenge for those who read only HTTP. */
export function refused(status: number, error: Code, challenge: string | null) {
  return { ...SILENT, status, data: undefined, errors: [error], challenge };
}

/** A refusal at one root field; its neighbours answer. */
export function atField(path: string, error: Code, data: object = { [path]: null }) {
  return { ...SILENT, status: 200, data, errors: [{ path, ...error }] };
}

const REALM = 'Bearer realm="portcullis"';

/** Challenges of RFC 6750 and RFC 9470. */
export const CHALLENGE = {
  none: REALM,
  invalid: `${REALM}, error="invalid_token"`,
  scope: `${REALM}, error="insufficient_scope"`,
  age: (seconds: number) =>
    `${REALM}, error="insufficient_user_authentication", max_age=${seconds}`,
};

export function unauthenticated(reason: string) {
  return { code: 'UNAUTHENTICATED', reason };
}
