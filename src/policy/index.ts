export { compilePolicy } from './compile.js';
export type { PolicyOptions } from './compile.js';
export { DEFAULT_NAMES, directiveTypeDefs } from './directives.js';
export type { DirectiveNames } from './directives.js';
export { Policy } from './policy.js';
export type { PolicyEntry } from './policy.js';
export { both, holdsScopes } from './requirement.js';
export type { Requirement } from './requirement.js';
