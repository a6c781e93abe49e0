import type { GraphQLError } from 'graphql';

/**
 * Reports errors of which Apollo Server told nobody while it answered. In the answer, those that say nothing of
 * what happened name the request.
 * @param report sets `extensions.requestId` of those
 */
export function withRequestIds(
  answer: string,
  errors: readonly GraphQLError[],
  report: (error: GraphQLError) => void,
): string {
  for (const error of errors) report(error);
  if (!errors.some(({ extensions }) => 'requestId' in extensions)) return answer;
  const body = JSON.parse(answer) as { errors: { extensions: Record<string, unknown> }[] };
  for (const [at, { extensions }] of body.errors.entries()) {
    const { requestId } = errors[at]?.extensions ?? {};
    if (requestId !== undefined) extensions['requestId'] = requestId;
  }
  return JSON.stringify(body);
}
