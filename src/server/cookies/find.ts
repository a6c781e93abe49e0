import { badInput } from '../../errors/index.js';

/** No browser keeps a longer one. */
const MAX_LENGTH = 4096;

/**
 * The value of the cookie of a name in a Cookie header. Packages that parse one keep the first of two and
 * hide the second: a neighbour who may set cookies here could slip in its own that way.
 * @throws PortcullisError BAD_USER_INPUT at `cookie`.
 */
export function findCookie(header: string | undefined, name: string): string | undefined {
  const [value, ...others] = valuesOf(header, name);
  if (others.length > 0) throw badInput('cookie', `There must be one cookie ${name}.`);
  if ((value?.length ?? 0) > MAX_LENGTH) {
    throw badInput('cookie', `The cookie ${name} is too long.`);
  }
  return value;
}

/** Whether there is one of that name at all, good or bad. */
export function hasCookie(header: string | undefined, name: string): boolean {
  return valuesOf(header, name).length > 0;
}

function valuesOf(header: string | undefined, name: string): string[] {
  const values: string[] = [];
  for (const pair of header?.split(';') ?? []) {
    const [key = '', ...rest] = pair.split('=');
    if (rest.length > 0 && key.trim() === name) values.push(rest.join('=').trim());
  }
  return values;
}
