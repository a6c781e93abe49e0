export { comparePolicies, isLessGuarded } from './compare.js';
export type { PolicyChanges } from './compare.js';
export { formatRequirement } from './notation.js';
export { policyPage } from './page/page.js';
export type { SdlFile } from './read-sdl.js';
export { reportOn } from './report.js';
export type { PolicyReport } from './report.js';
export { formatSnapshot, parseSnapshot, takeSnapshot } from './snapshot.js';
export type { Snapshot } from './snapshot.js';
