import { createElement } from 'react';
import type { ReactNode } from 'react';
import type { AuthClient } from '../../src/public/client.js';
import { AuthProvider, Authenticated, useAuth } from '../../src/public/client/react.js';

function Name(): ReactNode {
  return useAuth().state.user?.email ?? 'nobody';
}

const line = (id: string, scopes: readonly (readonly string[])[]) =>
  createElement(
    'p',
    { id },
    createElement(
      Authenticated,
      { loading: 'a moment', fallback: 'not for you', scopes },
      createElement(Name),
    ),
  );

/** What a server renders, and a page hydrates. */
export const page = (client: AuthClient): ReactNode =>
  createElement(
    AuthProvider,
    { client },
    line('anybody', []),
    line('either', [['admin'], ['user']]),
    line('both', [['user', 'admin']]),
  );
