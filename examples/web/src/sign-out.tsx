import { useAuth } from 'portcullis/client/react';
import { Problem, useTask } from './form.js';

export function SignOut() {
  const { client } = useAuth();
  const { problem, isBusy, run } = useTask();
  const signOut = (scope: 'this' | 'all') => () => {
    run(() => client.logout({ scope }));
  };
  return (
    <section className="card">
      <h2>Sign out</h2>
      <p>Here, or on every device that you are signed in on.</p>
      <Problem>{problem}</Problem>
      <div className="actions">
        <button disabled={isBusy} onClick={signOut('this')}>
          Sign out
        </button>
        <button className="danger" disabled={isBusy} onClick={signOut('all')}>
          Sign out everywhere
        </button>
      </div>
    </section>
  );
}
