/** What settings that nobody gives are read from. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
