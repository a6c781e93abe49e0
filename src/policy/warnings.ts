import { isNonNullType } from 'graphql';
import type { GraphQLField } from 'graphql';
import type { Requirement } from './requirement.js';

/** What is allowed and yet probably not meant. */
export interface PolicyWarning {
  /** `Type.field` */
  readonly coordinate: string;
  readonly kind: 'overruled-public' | 'guarded-non-null';
  readonly message: string;
}

/** A field of an object type, and what was made of its rules. */
export interface Judged {
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly requirement: Requirement;
  /** Whether the field itself says so. */
  readonly isPublic: boolean;
}

/** @param publicName what the directive is called in this schema */
export function warningsOf(
  { coordinate, field, requirement, isPublic }: Judged,
  publicName: string,
): PolicyWarning[] {
  if (!requirement.signedIn) return [];
  const warnings: PolicyWarning[] = [];
  const warn = (kind: PolicyWarning['kind'], what: string) =>
    warnings.push({ coordinate, kind, message: `${coordinate}: ${what}` });
  if (isPublic) warn('overruled-public', `@${publicName} is overruled by a rule elsewhere`);
  if (isNonNullType(field.type)) {
    warn('guarded-non-null', 'guarded and non-null, so a refusal wipes out its neighbours too');
  }
  return warnings;
}
