import { z } from 'zod';
import { keyProblem, secretProblem } from './secret-problem.js';

/** A text of which nothing is amiss, by a function that says what would be. */
function without(problemOf: (text: string) => string | undefined): z.ZodType<string, string> {
  return z.string().superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== undefined) context.addIssue(problem);
  });
}

export const secret = without(secretProblem);

export const serviceTokens = z.string().transform((text, context) => {
  const tokens = text.split(',').map((part) => part.trim());
  const problems = tokens.map((token, index) => {
    // What no header can carry would never be matched.
    if (!/^[\x21-\x7e]*$/.test(token)) return 'a token that must be of visible ASCII characters';
    const problem = keyProblem(token);
    if (problem !== undefined) return `a token that ${problem}`;
    return tokens.indexOf(token) < index ? 'a token twice' : undefined;
  });
  const problem = problems.find((each) => each !== undefined);
  if (problem === undefined) return tokens;
  context.addIssue(`lists ${problem}`);
  return z.NEVER;
});
