// As in schema/operations/, so that a server which answers trusted documents alone answers these.

const USER =
  ' fragment UserFields on User { id email name scopes status disabledUntil createdAt }';
const SESSION =
  ' fragment SessionFields on Session { id device { id name } ip userAgent createdAt authenticatedAt lastUsedAt expiresAt status endedAt endedReason current }';
const TOKENS =
  ' fragment Tokens on AuthPayload { accessToken accessTokenExpiresAt expiresIn refreshToken session { ...SessionFields } user { ...UserFields } }' +
  SESSION +
  USER;

const trade = (name: string, variables: string, call: string) =>
  `mutation ${name}(${variables}) { ${call} { ...Tokens } }${TOKENS}`;

/** The name of a field in the answer, and what asks for it. */
export type Operation = readonly [field: string, document: string];

export const REGISTER: Operation = [
  'register',
  trade('Register', '$input: RegisterInput!', 'register(input: $input)'),
];
export const LOGIN: Operation = [
  'login',
  trade('Login', '$input: LoginInput!', 'login(input: $input)'),
];
export const REFRESH: Operation = [
  'refresh',
  trade('Refresh', '$refreshToken: String', 'refresh(refreshToken: $refreshToken)'),
];
export const REAUTHENTICATE: Operation = [
  'reauthenticate',
  trade('Reauthenticate', '$password: String!', 'reauthenticate(password: $password)'),
];
export const CHANGE_PASSWORD: Operation = [
  'changePassword',
  trade(
    'ChangePassword',
    '$currentPassword: String!, $newPassword: String!',
    'changePassword(currentPassword: $currentPassword, newPassword: $newPassword)',
  ),
];
export const LOGOUT: Operation = [
  'logout',
  'mutation Logout($refreshToken: String) { logout(refreshToken: $refreshToken) }',
];
export const LOGOUT_EVERYWHERE: Operation = [
  'logoutEverywhere',
  'mutation LogoutEverywhere($keepCurrent: Boolean! = false) { logoutEverywhere(keepCurrent: $keepCurrent) }',
];
export const ME: Operation = ['me', `query Me { me { ...UserFields } }${USER}`];
export const MY_SESSIONS: Operation = [
  'mySessions',
  `query MySessions($includeEnded: Boolean! = false) { mySessions(includeEnded: $includeEnded) { ...SessionFields } }${SESSION}`,
];
export const REVOKE_MY_SESSION: Operation = [
  'revokeMySession',
  `mutation RevokeMySession($id: ID!) { revokeMySession(id: $id) { ...SessionFields } }${SESSION}`,
];
export const FIELD_POLICIES: Operation = [
  'fieldPolicies',
  'query FieldPolicies { fieldPolicies { coordinate public scopes maxAuthAge maxStale } }',
];
export const SESSION_ENDED =
  'subscription SessionEnded { sessionEnded { sessionId reason at } }';
