import type { Act, Demand } from './history.js';

export interface Request {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

const TOKENS =
  '{ accessToken refreshToken expiresIn session { id device { id } } user { id scopes } }';
/** Fields that answer tokens. */
export const GIVING = ['login', 'register', 'refresh', 'changePassword'] as const;

export interface LoginSecrets {
  readonly email: string;
  readonly password: string;
  readonly device: string;
}

export function loginRequest(secrets: LoginSecrets): Request {
  const { email, password, device: id } = secrets;
  return {
    query: `mutation ($input: LoginInput!) { login(input: $input) ${TOKENS} }`,
    variables: { input: { email, password, device: { id } } },
  };
}

export function registerRequest(email: string, password: string): Request {
  return {
    query: `mutation ($input: RegisterInput!) { register(input: $input) ${TOKENS} }`,
    variables: { input: { email, password } },
  };
}

export function changePasswordRequest(currentPassword: string, newPassword: string): Request {
  return {
    query: `mutation ($currentPassword: String!, $newPassword: String!) {
      changePassword(currentPassword: $currentPassword, newPassword: $newPassword) ${TOKENS} }`,
    variables: { currentPassword, newPassword },
  };
}

export function refreshRequest(token: string): Request {
  return {
    query: `mutation ($token: String) { refresh(refreshToken: $token) ${TOKENS} }`,
    variables: { token },
  };
}

/** Without the token, by the bearer's. */
export function logoutRequest(token: string | undefined): Request {
  return {
    query: 'mutation ($token: String) { logout(refreshToken: $token) }',
    variables: { token },
  };
}

export function askRequest(demand: Demand): Request {
  if (demand === 'plain') return { query: '{ me { id } }' };
  if (demand === 'critical') return { query: '{ mySessions { id } }' };
  return { query: `{ within${demand / 1_000} }` };
}

/** Changes that take nothing secret. */
export type OpenAct = Exclude<
  Act,
  { kind: 'login' | 'refresh' | 'ask' | 'logout' | 'changePassword' }
>;

/** The root field of each. */
export const FIELD_OF = {
  revokeSession: 'revokeSession',
  revokeMySession: 'revokeMySession',
  revokeUser: 'revokeUserSessions',
  logoutEverywhere: 'logoutEverywhere',
  disable: 'disableUser',
  enable: 'enableUser',
  setScopes: 'setUserScopes',
  revokeAll: 'revokeAllSessions',
  rotateKey: 'rotateSigningKey',
} as const satisfies Record<OpenAct['kind'], string>;

export function changeRequest(act: OpenAct): Request {
  const field = FIELD_OF[act.kind];
  const mutation = (
    types: string,
    args: string,
    selection: string,
    variables: object,
  ): Request => ({
    query: `mutation ${types && `(${types})`} { ${field}${args && `(${args})`} ${selection} }`,
    variables: { ...variables },
  });
  switch (act.kind) {
    case 'revokeSession':
    case 'revokeMySession':
      return mutation('$id: ID!', 'id: $id', '{ status }', { id: act.session });
    case 'revokeUser': {
      const { user, device } = act;
      const args = 'userId: $user, deviceId: $device';
      return mutation('$user: ID!, $device: ID', args, '', { user, device });
    }
    case 'logoutEverywhere': {
      const { keepCurrent: keep } = act;
      return mutation('$keep: Boolean!', 'keepCurrent: $keep', '', { keep });
    }
    case 'disable':
    case 'enable':
      return mutation('$id: ID!', 'id: $id', '{ id }', { id: act.user });
    case 'setScopes': {
      const { user: id, scopes } = act;
      const args = 'id: $id, scopes: $scopes';
      return mutation('$id: ID!, $scopes: [String!]!', args, '{ id }', { id, scopes });
    }
    case 'revokeAll':
      return mutation('', 'reason: "history"', '', {});
    case 'rotateKey': {
      const { revokeIssued: revoke } = act;
      return mutation('$revoke: Boolean!', 'revokeIssued: $revoke', '{ kid }', { revoke });
    }
  }
}
