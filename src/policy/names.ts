/** Names under which a schema knows our directives. */
export interface DirectiveNames {
  readonly auth: string;
  readonly critical: string;
  readonly public: string;
}

export const DEFAULT_NAMES: DirectiveNames = {
  auth: 'auth',
  critical: 'critical',
  public: 'public',
};

export const OUR_ROLES = ['auth', 'critical', 'public'] as const;

/** What a directive means to us, whatever its name. */
export type Role = keyof DirectiveNames | 'authenticated' | 'requiresScopes';
