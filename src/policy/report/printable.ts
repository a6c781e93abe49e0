/** What a schema says in a message must not steer the terminal of whoever checks it. */
export function printable(text: string): string {
  return text.replace(/[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/gu, '\u{fffd}');
}
