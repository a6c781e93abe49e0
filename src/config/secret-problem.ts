const LEAST_BYTES = 32;
const LEAST_DISTINCT = 8;
/** Characters of a piece that, written again and again, makes a text look long. */
const LONGEST_PIECE = 8;

/** What documentation, templates and other people's examples say in place of a secret. */
const PLACEHOLDER = /(change|replace)[^a-z0-9]*(me|this|it)|your[^a-z0-9]*secret|placeholder/i;

/** Why a text is no key at all, as the end of a sentence; undefined where it is one. Never tells the text. */
export function keyProblem(text: string): string | undefined {
  if (Buffer.byteLength(text) < LEAST_BYTES) return `must have at least ${LEAST_BYTES} bytes`;
  if (PLACEHOLDER.test(text)) {
    return 'is a placeholder; make one, for instance by: openssl rand -base64 48';
  }
  return undefined;
}

/**
 * Why a text will not do as the server secret. Whoever has a copy of the database can try secrets
 * without asking us, so what is long and yet easily guessed is refused too.
 */
export function secretProblem(text: string): string | undefined {
  const isGuessable = new Set(text).size < LEAST_DISTINCT || isRepetition(text);
  return (
    keyProblem(text) ??
    (isGuessable
      ? 'repeats itself; make one by chance, for instance by: openssl rand -base64 48'
      : undefined)
  );
}

function isRepetition(text: string): boolean {
  const pieces = Array.from({ length: LONGEST_PIECE }, (_, index) => text.slice(0, index + 1));
  return pieces.some(
    (piece) => piece.repeat(Math.ceil(text.length / piece.length)).slice(0, text.length) === text,
  );
}
