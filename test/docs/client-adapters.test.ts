import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { WebSocket } from 'ws';
import { createTestClient } from '../client/support.js';

const ROOT = resolve(__dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/client.md'), 'utf8');

const DOORS: Record<string, unknown> = {
  apollo: jest.requireActual('../../src/public/client/apollo.js'),
  urql: jest.requireActual('../../src/public/client/urql.js'),
  relay: jest.requireActual('../../src/public/client/relay.js'),
  'graphql-ws': jest.requireActual('../../src/public/client/graphql-ws.js'),
};

const load = (name: string): unknown =>
  name.startsWith('portcullis/client/')
    ? DOORS[name.slice('portcullis/client/'.length)]
    : jest.requireActual(name);

describe('what the page says of an adapter', () => {
  beforeAll(() => {
    Object.assign(globalThis, { WebSocket });
  });

  it.each([
    ['Apollo Client', 'apollo', 'query'],
    ['urql', 'urql', 'query'],
    ['Relay', 'relay', 'execute'],
    ['graphql-ws', 'sockets', 'subscribe'],
  ])('makes a client: %s', (heading, name, method) => {
    const section = PAGE.split(/^### /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
    const [, snippet = ''] = /^```js\n([\s\S]*?)^```$/m.exec(section) ?? [];
    const { code } = transformSync(snippet, { format: 'cjs' });
    const endpoint = 'http://127.0.0.1:9/graphql';
    const { auth } = createTestClient('http://127.0.0.1:9');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own
    const run = new Function('require', 'auth', 'endpoint', `${code}; return ${name};`) as (
      ...given: unknown[]
    ) => Record<string, unknown>;
    const made = run(load, auth, endpoint);
    expect(made[method]).toBeInstanceOf(Function);
  });
});
