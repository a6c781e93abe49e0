import {
  DisableUserDocument,
  EnableUserDocument,
  LoginDocument,
  LogoutDocument,
  MeDocument,
} from '../../generated/operations.js';
import type { Guide } from '../guide.js';
import type { Stranger } from '../stage.js';
import type { Tokens } from '../tokens.js';
import { logIn } from './log-in.js';

/** The user is back, is banned, is pardoned, and leaves. */
export async function comeBack(guide: Guide, stranger: Stranger, admin: Tokens): Promise<void> {
  const { email, password } = stranger;
  guide.teller.chapter('Log-in again, a ban, log-out');
  const again = await logIn(guide, 'The user logs in again.', stranger, [], 'new phone');
  await guide.ask({
    tells: 'The admin disables the account.',
    document: DisableUserDocument,
    variables: { id: again.userId, reason: 'tour' },
    token: admin.access,
    expects: { data: { disableUser: { email, status: 'DISABLED' } } },
  });
  await guide.ask({
    tells: 'Its sessions are over.',
    document: MeDocument,
    variables: {},
    token: again.access,
    expects: { status: 401, errors: ['UNAUTHENTICATED/ACCOUNT_DISABLED'] },
  });
  await guide.ask({
    tells: 'Log-in with the right password says why.',
    document: LoginDocument,
    variables: { input: { email, password } },
    expects: { data: { login: null }, errors: ['ACCOUNT_DISABLED/ACCOUNT_DISABLED at login'] },
  });
  await guide.ask({
    tells: 'Log-in with a wrong password does not.',
    document: LoginDocument,
    variables: { input: { email, password: `${password}.` } },
    expects: {
      data: { login: null },
      errors: ['INVALID_CREDENTIALS/INVALID_CREDENTIALS at login'],
    },
  });
  await guide.ask({
    tells: 'The admin enables the account.',
    document: EnableUserDocument,
    variables: { id: again.userId },
    token: admin.access,
    expects: { data: { enableUser: { email, status: 'ACTIVE' } } },
  });
  const last = await logIn(guide, 'Log-in works again.', stranger, [], 'new phone');
  for (const tells of ['Log-out.', 'Log-out once more: still true.']) {
    await guide.ask({
      tells,
      document: LogoutDocument,
      variables: { refreshToken: last.refresh },
      expects: { data: { logout: true } },
    });
  }
  await guide.ask({
    tells: 'The admin logs out too, by the bearer token.',
    document: LogoutDocument,
    variables: {},
    token: admin.access,
    expects: { data: { logout: true } },
  });
}
