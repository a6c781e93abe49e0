/** The Cache-Control header (RFC 9111, 5.2.2.7) of an answer that only its caller may see. */
export function privateCacheControl(given: string | undefined): string {
  if (given === undefined || given.trim() === '') return 'private';
  if (/\b(private|no-store)\b/i.test(given)) return given;
  const rest = given
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !/^(public|s-maxage\b.*)$/i.test(part));
  return ['private', ...rest].join(', ');
}
