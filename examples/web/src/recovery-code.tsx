import { gql } from '@apollo/client';
import type { TypedDocumentNode } from '@apollo/client';
import { useMutation } from '@apollo/client/react';
import { Problem } from './form.js';

const SHOW: TypedDocumentNode<{ readonly showRecoveryCode: string | null }> = gql`
  mutation ShowRecoveryCode {
    showRecoveryCode
  }
`;

/** Whether the password must be entered first, the API decides: here is nothing to be seen of it. */
export function RecoveryCode() {
  const [show, { data, loading, error }] = useMutation(SHOW, {
    context: { uri: '/vault' },
    onError: () => {},
  });
  return (
    <section className="card">
      <h2>Recovery code</h2>
      <p>Whoever has it owns your account, so we ask for your password again first.</p>
      <Problem>{error?.message}</Problem>
      <output className="code">{data?.showRecoveryCode}</output>
      <div className="actions">
        <button className="primary" disabled={loading} onClick={() => void show()}>
          Show recovery code
        </button>
      </div>
    </section>
  );
}
