/** The form that is hashed: the same password typed on another keyboard must be the same. */
export function normalisePassword(password: string): string {
  return password.normalize('NFC');
}
