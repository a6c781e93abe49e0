import { gql } from '@apollo/client';
import type { TypedDocumentNode } from '@apollo/client';
import { useMutation, useQuery } from '@apollo/client/react';
import { Problem } from './form.js';

interface Session {
  readonly id: string;
  readonly device: { readonly id: string; readonly name: string | null };
  readonly ip: string | null;
  readonly lastUsedAt: string;
  readonly current: boolean;
}

const MY_DEVICES: TypedDocumentNode<{ readonly mySessions: readonly Session[] | null }> = gql`
  query MyDevices {
    mySessions {
      id
      device {
        id
        name
      }
      ip
      lastUsedAt
      current
    }
  }
`;

const SIGN_OUT_DEVICE: TypedDocumentNode<unknown, { readonly id: string }> = gql`
  mutation SignOutDevice($id: ID!) {
    revokeMySession(id: $id) {
      id
    }
  }
`;

export function Devices() {
  const { data, loading, error } = useQuery(MY_DEVICES, { fetchPolicy: 'cache-and-network' });
  const [signOut, ended] = useMutation(SIGN_OUT_DEVICE, {
    refetchQueries: [MY_DEVICES],
    awaitRefetchQueries: true,
    // It is shown, as of what `useMutation` answers.
    onError: () => {},
  });
  const sessions = data?.mySessions ?? [];
  return (
    <section className="card" aria-busy={loading}>
      <h2>Your devices</h2>
      <p>You are signed in on {sessions.length === 1 ? 'this device only' : 'these devices'}.</p>
      <Problem>{(ended.error ?? error)?.message}</Problem>
      <ul className="devices">
        {sessions.map(({ id, device, ip, lastUsedAt, current }) => (
          <li key={id}>
            <div className="what">
              <strong>{device.name ?? 'Unknown device'}</strong>
              {current && <span className="badge">this device</span>}
              <span className="hint">
                {ip} · last used{' '}
                <time dateTime={lastUsedAt}>{new Date(lastUsedAt).toLocaleString()}</time>
              </span>
            </div>
            {!current && (
              <button
                disabled={ended.loading}
                aria-label={`Sign out ${device.name ?? 'unknown device'}`}
                onClick={() => void signOut({ variables: { id } })}
              >
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
