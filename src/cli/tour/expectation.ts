/** A value that is not known before: what must hold of it, and how to say so. */
export interface Matcher {
  readonly says: string;
  readonly holds: (value: unknown) => boolean;
}

/** What a step says the server will answer. What `data` does not mention may be anything. */
export interface Expectation {
  /** Default 200. */
  readonly status?: number;
  /** Default: no `data` at all. */
  readonly data?: object;
  /** As in `Answer.errors`. Default none. */
  readonly errors?: readonly string[];
  /** As in `Answer.receipts`. Default none. */
  readonly receipts?: readonly Matcher[];
}

const isMatcher = (value: unknown): value is Matcher =>
  typeof value === 'object' && value !== null && 'holds' in value;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const anAccessToken: Matcher = {
  says: 'a JWT',
  holds: (value) => typeof value === 'string' && /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(value),
};

export const aDuration: Matcher = {
  says: 'so many',
  holds: (value) => typeof value === 'number' && value >= 0,
};

export const aList: Matcher = { says: 'a list', holds: (value) => Array.isArray(value) };

/** A refresh token that is none of these. */
export function aTokenOtherThan(...old: readonly string[]): Matcher {
  return {
    says: old.length === 0 ? 'a refresh token' : 'another refresh token',
    holds: (value) => typeof value === 'string' && value.length > 20 && !old.includes(value),
  };
}

/** Whether the answer is what was expected, as far as the expectation goes. */
export function matches(actual: unknown, expected: unknown): boolean {
  if (isMatcher(expected)) return expected.holds(actual);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((each, index) => matches(actual[index], each));
  }
  if (isRecord(expected)) {
    if (!isRecord(actual)) return false;
    return Object.entries(expected).every(([key, each]) => matches(actual[key], each));
  }
  return Object.is(actual, expected);
}

/** The part of the answer that the expectation speaks of; `…` stands for the rest. */
export function mentioned(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return actual.map((each, index) => mentioned(each, expected[index]));
  }
  if (isRecord(expected) && isRecord(actual) && !isMatcher(expected)) {
    return Object.fromEntries(
      Object.keys(expected).map((key) => [key, mentioned(actual[key], expected[key])]),
    );
  }
  return actual;
}

/** The expectation itself, fit to be printed. */
export function inWords(expected: unknown): unknown {
  if (isMatcher(expected)) return `<${expected.says}>`;
  if (Array.isArray(expected)) return expected.map(inWords);
  if (!isRecord(expected)) return expected;
  return Object.fromEntries(Object.entries(expected).map(([key, each]) => [key, inWords(each)]));
}
