import { SESSION, USER, trade } from './operations.js';
import type { Operation } from './operations.js';

export const CHANGE_PASSWORD: Operation = [
  'changePassword',
  trade(
    'ChangePassword',
    '$currentPassword: String!, $newPassword: String!',
    'changePassword(currentPassword: $currentPassword, newPassword: $newPassword)',
  ),
];
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
export const ME: Operation = ['me', `query Me { me { ...UserFields } }${USER}`];
export const REGISTER: Operation = [
  'register',
  trade('Register', '$input: RegisterInput!', 'register(input: $input)'),
];
export const REAUTHENTICATE: Operation = [
  'reauthenticate',
  trade('Reauthenticate', '$password: String!', 'reauthenticate(password: $password)'),
];
export const LOGOUT_EVERYWHERE: Operation = [
  'logoutEverywhere',
  'mutation LogoutEverywhere($keepCurrent: Boolean! = false) { logoutEverywhere(keepCurrent: $keepCurrent) }',
];
export const LOGIN: Operation = [
  'login',
  trade('Login', '$input: LoginInput!', 'login(input: $input)'),
];
