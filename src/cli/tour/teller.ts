import { inspect } from 'node:util';

const DIM = '\u001b[2m';
const BOLD = '\u001b[1m';
const RED = '\u001b[31m';
const PLAIN = '\u001b[0m';

/** Where the tour is told: a terminal, or anything else that takes text. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** What an answer looks like on a line. */
export interface Shown {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly string[];
  /** When each node refused by what was revoked, in milliseconds. */
  readonly receipts: readonly (number | string | null)[];
}

const SECRETS = /token|password/i;
/** Enough to tell two of them apart, too little to use one. */
const SHORT = { head: 3, tail: 5 };

/** Tells the tour, a few lines a step. */
export class Teller {
  readonly #output: Output;
  readonly #ansi: boolean;

  constructor(output: Output) {
    this.#output = output;
    this.#ansi = output.isTTY === true;
  }

  chapter(title: string): void {
    this.#line(`\n${this.#paint(BOLD, title)}`);
  }

  step(number: number, sentence: string): void {
    this.#line(`${String(number).padStart(3)}. ${sentence}`);
  }

  request(operation: string, variables: unknown, bearer: string | undefined): void {
    const token = bearer === undefined ? '' : `  Bearer ${shorten(bearer)}`;
    this.#line(this.#paint(DIM, `     > ${operation} ${compact(variables)}${token}`));
  }

  answer(shown: Shown, milliseconds: number): void {
    const said = inOneLine(shown);
    this.#line(this.#paint(DIM, `     < ${said}  (${milliseconds.toFixed(0)} ms)`));
  }

  note(text: string): void {
    this.#line(this.#paint(DIM, `     ${text}`));
  }

  mismatch(expected: Shown): void {
    this.#line(this.#paint(RED, `     expected: ${inOneLine(expected)}`));
  }

  end(text: string): void {
    this.#line(`\n${text}`);
  }

  #paint(style: string, text: string): string {
    return this.#ansi ? `${style}${text}${PLAIN}` : text;
  }

  #line(text: string): void {
    this.#output.write(`${text}\n`);
  }
}

function inOneLine({ status, data, errors, receipts }: Shown): string {
  const heard = receipts.map((each) => (each === null ? 'not yet' : `${each} ms`));
  const said = [
    ...(data === null ? [] : [compact(data)]),
    ...(heard.length === 0 ? [] : [`nodes that refuse: after ${heard.join(', ')}`]),
    ...errors,
  ];
  return `${status} ${said.join('  ')}`;
}

function shorten(secret: string): string {
  if (secret.startsWith('<') || secret.length < 4 * SHORT.tail) return secret;
  return `${secret.slice(0, SHORT.head)}…${secret.slice(-SHORT.tail)}`;
}

/** One line, secrets shortened: a terminal is a place where things are copied from. */
function compact(value: unknown): string {
  return inspect(redact(value, ''), { breakLength: Infinity, depth: 8, compact: 8 });
}

function redact(value: unknown, key: string): unknown {
  if (typeof value === 'string') {
    if (/password/i.test(key)) return '…';
    return SECRETS.test(key) ? shorten(value) : value;
  }
  if (Array.isArray(value)) {
    return value.length > 3 ? `${value.length} of them` : value.map((each) => redact(each, key));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, redact(each, name)]),
  );
}
