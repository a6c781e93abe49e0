import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { createElement } from 'react';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import type { AuthClient } from '../../../src/client/auth-client.js';
import { AuthProvider, Authenticated, useAuth } from '../../../src/public/client/react.js';
import { startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { ADA, createTestClient } from '../support.js';

const ROOT = resolve(__dirname, '../../..');

let server: TestServer;
let auth: AuthClient;
beforeAll(async () => {
  server = await startTestServer();
  ({ auth } = createTestClient(server.url));
  await auth.register(ADA);
});
afterAll(() => server.stop());

const render = (...children: ReactNode[]) =>
  renderToString(createElement(AuthProvider, { client: auth }, ...children));

function Status(): ReactNode {
  const { client, state } = useAuth();
  return `${state.status} ${client === auth ? 'same' : 'other'}`;
}

describe('react on a server', () => {
  it('knows nobody, whoever is signed in: what hydrates there is the same', () => {
    expect(auth.state.status).toBe('signed-in');
    expect(render(createElement(Status))).toBe('starting same');
  });

  it('shows that it is loading, and neither the children nor the fallback', () => {
    const props = { loading: 'a moment', fallback: 'sign in' };
    expect(render(createElement(Authenticated, props, 'secret'))).toBe('a moment');
    expect(render(createElement(Authenticated, {}, 'secret'))).toBe('');
  });

  it('listens to nothing that nobody would end', () => {
    const subscribe = jest.spyOn(auth, 'subscribe');
    render(createElement(Status));
    expect(subscribe).not.toHaveBeenCalled();
  });

  it('says what is missing outside of a provider', () => {
    expect(() => renderToString(createElement(Status))).toThrow(
      'useAuth needs an <AuthProvider> around it.',
    );
  });
});

it('adds under 1.5 kB to a page', () => {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'src/public/client/react.ts')],
    ...{ bundle: true, minify: true, write: false, format: 'esm', external: ['react'] },
  });
  expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(1_500);
});
