import { Authenticated, useAuth } from 'portcullis/client/react';
import { Devices } from './devices.js';
import { PasswordDialog } from './password-dialog.js';
import { RecoveryCode } from './recovery-code.js';
import { SignIn } from './sign-in.js';
import { SignOut } from './sign-out.js';

export function App() {
  return (
    <>
      <header className="bar">
        <p className="brand">
          <span aria-hidden="true" className="mark" />
          Gatehouse
        </p>
        <Account />
      </header>
      <main>
        <Authenticated loading={<p className="hint">One moment…</p>} fallback={<SignIn />}>
          <Home />
          <PasswordDialog />
        </Authenticated>
      </main>
    </>
  );
}

function Account() {
  const { user } = useAuth().state;
  if (!user) return null;
  return (
    <p className="account">
      <span className="email">{user.email}</span>
      <Authenticated scopes={[['admin']]}>
        <span className="badge">admin</span>
      </Authenticated>
    </p>
  );
}

function Home() {
  const { user } = useAuth().state;
  return (
    <>
      <h1>Welcome{user?.name ? `, ${user.name}` : ''}</h1>
      <Devices />
      <RecoveryCode />
      <SignOut />
    </>
  );
}
