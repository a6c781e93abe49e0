/** A cookie of a request, by its whole name. */
export type Cookie = readonly [name: string, value: string];

/** Headers of the standard, or those of a Node request. */
export type RequestHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** One of a request; empty where it has none. */
export function headerOf(headers: RequestHeaders, name: string): string {
  if (typeof headers.get === 'function') return (headers as Headers).get(name) ?? '';
  return String((headers as Exclude<RequestHeaders, { get: unknown }>)[name] ?? '');
}

/** As the browser sent them, with all that came twice. */
export function cookiesOf(text: string): readonly Cookie[] {
  return text
    .split(';')
    .map((pair): Cookie => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    })
    .filter(([name]) => name !== '');
}

/** As the browser will send them once it has been given these `set-cookie` headers. */
export function afterwards(
  before: readonly Cookie[],
  setCookies: readonly string[],
): readonly Cookie[] {
  const cookies = new Map(before);
  for (const each of setCookies) {
    const [[name, value] = ['', '']] = cookiesOf(each);
    if (/;\s*max-age=0*(;|$)/i.test(each)) cookies.delete(name);
    else cookies.set(name, value);
  }
  return [...cookies];
}

/** A `cookie` header. */
export const cookieHeader = (cookies: readonly Cookie[]): string =>
  cookies.map((pair) => pair.join('=')).join('; ');
