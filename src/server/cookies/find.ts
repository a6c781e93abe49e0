/**
 * The values of every cookie of a name in a Cookie header. Packages that parse one keep the first and
 * hide the second: a neighbour who may set cookies here could slip in its own that way.
 */
export function findCookies(header: string | undefined, name: string): string[] {
  const values: string[] = [];
  for (const pair of header?.split(';') ?? []) {
    const [key = '', ...rest] = pair.split('=');
    if (rest.length > 0 && key.trim() === name) values.push(rest.join('=').trim());
  }
  return values;
}
