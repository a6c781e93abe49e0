import type { EndReason } from 'portcullis/client';
import { useAuth } from 'portcullis/client/react';

const WORDS: Partial<Record<EndReason, string>> = {
  SESSION_REVOKED: 'You have been signed out: this session was ended from elsewhere.',
  REFRESH_REUSED: 'You have been signed out: somebody else may have used your session.',
  ACCOUNT_DISABLED: 'Your account has been disabled, and you are signed out.',
};

/** Tells why somebody who was signed in is not any more. */
export function Farewell() {
  const { reason } = useAuth().state;
  return (
    <div role="alert" className="narrow">
      {reason && (
        <p className="notice warn">{WORDS[reason] ?? 'Your session is over: sign in again.'}</p>
      )}
    </div>
  );
}
