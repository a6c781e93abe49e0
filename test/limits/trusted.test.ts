import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { print } from 'graphql';
import type { DocumentNode } from 'graphql';
import * as generated from '../../src/cli/generated/operations.js';
import { readConfig } from '../../src/config/index.js';
import { StartupError } from '../../src/errors/index.js';
import { readManifest } from '../../src/limits/trusted/index.js';
import { trustedDocumentsOf } from '../../src/server/trusted.js';
import { login, reasons } from '../support/client.js';
import type { Answer } from '../support/client.js';
import { post, send } from '../support/post.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect } from '../support/socket.js';

const OWN = 'query Mine { me { email } }';
const ENDS = 'subscription Ends { sessionEnded { reason } }';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const folder = mkdtempSync(join(tmpdir(), 'portcullis-trusted-'));
const manifest = (content: unknown): string => {
  const file = join(folder, 'documents.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const start = (content: unknown, mode = 'only') =>
  startTestServer({
    env: { TRUSTED_DOCUMENTS: manifest(content), TRUSTED_DOCUMENTS_MODE: mode },
  });
afterAll(() => rmSync(folder, { recursive: true }));

const documents = Object.values(generated as Record<string, unknown>).filter(
  (value): value is DocumentNode =>
    typeof value === 'object' && (value as { kind?: unknown }).kind === 'Document',
);
const textOf = (name: string) =>
  documents.map(print).find((text) => text.includes(` ${name}(`)) ?? '';

describe('a server that answers trusted documents only', () => {
  let server: TestServer;
  let token = '';
  beforeAll(async () => {
    server = await start({ [hash(OWN)]: OWN, [hash(ENDS)]: ENDS });
    const input = { email: ADMIN.email, password: ADMIN.password };
    const signedIn = await asked({ query: textOf('Login'), variables: { input } });
    token = (signedIn.data?.['login'] as { accessToken: string }).accessToken;
  });
  afterAll(() => server.stop());

  type Request = Readonly<Record<string, unknown>>;
  const asked = (request: Request): Promise<Answer> =>
    post(
      server.url,
      JSON.stringify(request),
      token === '' ? [] : [['authorization', `Bearer ${token}`]],
    );
  const DOORS: Readonly<
    Record<string, (request: Request) => Promise<Pick<Answer, 'data' | 'errors'>>>
  > = {
    POST: asked,
    GET: (request) => {
      const parameters = Object.entries(request).map(([name, value]): [string, string] => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      return send(server.url, {
        method: 'GET',
        path: `/graphql?${new URLSearchParams(parameters).toString()}`,
        headers: [
          ['authorization', `Bearer ${token}`],
          ['apollo-require-preflight', 'true'],
        ],
      });
    },
    WebSocket: async (request) => {
      const socket = await connect(server.url, { accessToken: token });
      socket.send({ id: '1', type: 'subscribe', payload: { query: '', ...request } });
      const { type, payload } = await socket.next();
      await socket.close();
      return (type === 'error' ? { errors: payload } : payload) as Answer;
    },
  };
  const apq = (sha256Hash: string) => ({
    extensions: { persistedQuery: { version: 1, sha256Hash } },
  });

  describe.each(Object.entries(DOORS))('by %s', (_name, door) => {
    it.each<[string, Request]>([
      ['its text', { query: OWN }],
      ['its text, printed in another way', { query: `# mine\n${OWN.replaceAll(' ', '\n')}` }],
      ['its hash, as of automatic persisted queries', apq(hash(OWN))],
      ['its hash and its text', { query: OWN, ...apq(hash(OWN)) }],
      ['its id', { documentId: `sha256:${hash(OWN)}` }],
    ])('answers one that is named by %s', async (_how, request) => {
      expect(await door(request)).toMatchObject({ data: { me: { email: ADMIN.email } } });
    });

    it.each<[string, Request]>([
      ['is another text', { query: '{ me { email } }' }],
      ['is a trusted text and more', { query: `${OWN} query More { me { id } }` }],
      ['has an unknown hash', apq(hash('{ me { email } }'))],
      ['would register itself', { query: '{ me { id } }', ...apq(hash('{ me { id } }')) }],
      ['hides behind a trusted hash', { query: '{ me { id } }', ...apq(hash(OWN)) }],
      ['hides behind a trusted id', { query: '{ me { id } }', documentId: `sha256:${hash(OWN)}` }],
      ['has an id of another kind', { documentId: hash(OWN) }],
      ['has a hash that is none', { extensions: { persistedQuery: { sha256Hash: '__proto__' } } }],
    ])('refuses what %s, also when it is asked again', async (_what, request) => {
      for (let round = 0; round < 2; round += 1) {
        const { data, errors } = await door(request);
        expect(data).toBeUndefined();
        expect(errors).toMatchObject([
          { extensions: { code: 'BAD_USER_INPUT', reason: 'query.trusted' } },
        ]);
      }
    });
  });

  it('refuses with 400', async () => {
    expect((await asked({ query: '{ me { id } }' })).status).toBe(400);
    expect((await asked({})).status).toBe(400);
  });

  it('streams a trusted subscription, and no other', async () => {
    const socket = await connect(server.url, { accessToken: token });
    const payload = { query: '', documentId: `sha256:${hash(ENDS)}` };
    socket.send({ id: 'trusted', type: 'subscribe', payload });
    socket.subscribe('other', 'subscription { sessionEnded { at } }');
    expect(await socket.next()).toMatchObject({ id: 'other', type: 'error' });
    await login(server.url, ADMIN.email, ADMIN.password).catch(() => undefined);
    await asked({ query: textOf('LogoutEverywhere'), variables: { keepCurrent: false } });
    expect(await socket.next()).toMatchObject({
      id: 'trusted',
      payload: { data: { sessionEnded: { reason: expect.any(String) as unknown } } },
    });
    await socket.closed;
  });

  it('trusts every operation of our own clients', async () => {
    expect(documents.length).toBeGreaterThan(15);
    const operations = documents.filter(({ definitions }) =>
      definitions.some(({ kind }) => kind === 'OperationDefinition'),
    );
    for (const document of operations) {
      const answer = await post(server.url, JSON.stringify({ query: print(document) }));
      expect(reasons(answer)).not.toContain('BAD_USER_INPUT/query.trusted');
    }
  });
});

describe('a manifest', () => {
  const APOLLO = (id: string) => ({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id, name: 'Mine', type: 'query', body: OWN }],
  });

  it('may be one of Apollo’s', async () => {
    const server = await start(APOLLO(hash(OWN)));
    expect((await post(server.url, JSON.stringify({ query: OWN }))).status).toBe(200);
    await server.stop();
  });

  it.each<[string, unknown, string]>([
    ['that is not JSON', '{', 'is not JSON'],
    ['that is a list', [], 'is not a manifest'],
    ['of another format', { format: 'mine' }, 'of a format that is not known'],
    ['with a wrong hash', { abc: OWN }, 'entry abc is not the SHA-256 of its document'],
    ['with a wrong hash, of Apollo’s', APOLLO('abc'), 'entry abc is not the SHA-256'],
    ['with no document', { [hash(OWN)]: 1 }, `entry ${hash(OWN)} has no document`],
    ['with what is not GraphQL', { [hash('{')]: '{' }, `entry ${hash('{')} is not GraphQL`],
  ])('%s is refused by its entry', (_what, content, why) => {
    const json = typeof content === 'string' ? content : JSON.stringify(content);
    expect(() => readManifest(json, 'documents.json')).toThrow(
      new RegExp(`^documents.json.*${why}`),
    );
  });

  it('that is refused, or is not there, keeps the server from starting, in either mode', () => {
    const wrong = manifest({ abc: OWN });
    for (const TRUSTED_DOCUMENTS_MODE of ['off', 'only']) {
      for (const TRUSTED_DOCUMENTS of [wrong, join(folder, 'nothing.json')]) {
        const config = readConfig({ TRUSTED_DOCUMENTS, TRUSTED_DOCUMENTS_MODE });
        expect(() => trustedDocumentsOf(config)).toThrow(StartupError);
      }
    }
  });
});
