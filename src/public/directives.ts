/**
 * The policy of a schema and its enforcement alone: no database, no server. For schemas whose tokens are
 * judged by somebody else's {@link Guard}, or by that of `portcullis/verify`.
 *
 * @module portcullis/directives
 */
export { apolloPlugin, createProtection, protectMercurius, yogaPlugin } from '../adapters/index.js';
export type {
  Extras,
  MercuriusServer,
  Protection,
  ProtectionOptions,
  Step,
  YogaPlugin,
} from '../adapters/index.js';
export { assertProtected, enforcePolicy } from '../directives/index.js';
export type {
  Condition,
  Conditions,
  EnforceOptions,
  Guard,
  Met,
  Operation,
  RootField,
  Standing,
  StandingMemory,
  VerifiedToken,
} from '../directives/index.js';
export { decide } from '../freshness/rule.js';
export type { Decision, Knowledge, Source } from '../freshness/rule.js';
export {
  DEFAULT_NAMES,
  compilePolicy,
  directiveDefinitions,
  directiveTypeDefs,
} from '../policy/index.js';
export type {
  DirectiveNames,
  Policy,
  PolicyEntry,
  PolicyOptions,
  PolicyWarning,
  Requirement,
} from '../policy/index.js';
