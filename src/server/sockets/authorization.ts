/**
 * What a client presents, in the form of an Authorization header: in the first message as
 * `{ Authorization: "Bearer …" }`, in any case of letters, or as `{ accessToken: "…" }`; else by the
 * header of the request that opened the socket. Whatever is none of these is passed on to be refused,
 * not taken for nothing; so is one who presents two.
 */
export function readAuthorization(
  params: Readonly<Record<string, unknown>> = {},
  header: string | undefined,
): string | undefined {
  const presented = Object.entries(params).flatMap(([name, value]) => {
    if (value == null) return [];
    if (name.toLowerCase() === 'authorization') return [value];
    return name === 'accessToken' ? [typeof value === 'string' ? `Bearer ${value}` : value] : [];
  });
  const [first, ...others] = presented;
  if (first === undefined) return header;
  return typeof first === 'string' && others.every((other) => other === first) ? first : '';
}
