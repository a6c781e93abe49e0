import { v5 as uuidOfName, validate as isUuid } from 'uuid';

/** A random UUID, the namespace (RFC 9562, 5.5) of ids that a team's own store gives its users. */
const NAMESPACE = '6f0f5d0a-95c8-4c3b-9f6e-2f3a6a1f4f17';

/** What we call the user whom a team's own store calls so: its id where that is a UUID, else one made of it. */
export function userIdOf(subject: string): string {
  return isUuid(subject) ? subject.toLowerCase() : uuidOfName(subject, NAMESPACE);
}
