export { importFirebaseHash, importHash } from './foreign.js';
export type { FirebaseProject } from './foreign.js';
export { PasswordHasher } from './hasher.js';
export type { HasherOptions } from './hasher.js';
export { isPresent } from './kinds/argon2.js';
export { HashError } from './kinds/kind.js';
export { MAX_PASSWORD_LENGTH } from './strength.js';
