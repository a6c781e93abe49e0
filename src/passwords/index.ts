export { PasswordHasher } from './hasher.js';
export type { HasherOptions } from './hasher.js';
export { isPresent } from './kinds/argon2.js';
export { MAX_PASSWORD_LENGTH } from './strength.js';
