// As in schema/operations/, so that a server which answers trusted documents alone answers these.

export const USER =
  ' fragment UserFields on User{id email name scopes status disabledUntil createdAt}';
export const SESSION =
  ' fragment SessionFields on Session{id device{id name}ip userAgent createdAt authenticatedAt lastUsedAt expiresAt status endedAt endedReason current}';
const TOKENS =
  ' fragment Tokens on AuthPayload{accessToken accessTokenExpiresAt expiresIn refreshToken session{...SessionFields}user{...UserFields}}' +
  SESSION +
  USER;

export const trade = (name: string, variables: string, call: string) =>
  `mutation ${name}(${variables}) { ${call} { ...Tokens } }${TOKENS}`;

/** The name of a field in the answer, and what asks for it. */
export type Operation = readonly [field: string, document: string];

export const REFRESH: Operation = [
  'refresh',
  trade('Refresh', '$refreshToken: String', 'refresh(refreshToken: $refreshToken)'),
];
export const LOGOUT: Operation = [
  'logout',
  'mutation Logout($refreshToken: String) { logout(refreshToken: $refreshToken) }',
];
