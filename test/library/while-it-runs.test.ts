import { ask, login, reasons } from '../support/client.js';
import { ADMIN } from '../support/server.js';
import type { PortcullisContext } from '../../src/library/index.js';
import { startLibraryServer } from './support.js';
import type { LibraryServer } from './support.js';

type Revoke = (server: LibraryServer, who: { sessionId: string; userId: string }) => unknown;

const kinds: readonly (readonly [string, string, Revoke])[] = [
  [
    'the session ends',
    'SESSION_REVOKED',
    ({ portcullis }, { sessionId }) => portcullis.services.revokeSession(sessionId),
  ],
  [
    'all sessions of the user end',
    'SESSION_REVOKED',
    ({ portcullis }, { userId }) => portcullis.services.revokeUserSessions(userId),
  ],
  [
    'the account is disabled',
    'ACCOUNT_DISABLED',
    ({ portcullis }, { userId }) => portcullis.services.disableUser(userId),
  ],
];

describe('what lies below a field that takes long', () => {
  let server: LibraryServer;
  let meanwhile: (who: { sessionId: string; userId: string }) => unknown = () => undefined;
  beforeAll(async () => {
    server = await startLibraryServer({
      typeDefs: `
        type Below { plain: String @auth recent: String @critical(maxStale: 300) }
        type Query { plain: String @auth recent: String @critical(maxStale: 300) below: Below @auth }`,
      ownResolvers: {
        Below: { plain: () => 'plain', recent: () => 'recent' },
        Query: {
          plain: () => 'plain',
          recent: () => 'recent',
          below: async (_source, _args, { portcullis }: PortcullisContext) => {
            const { token } = portcullis;
            if (token) await meanwhile(token);
            return {};
          },
        },
      },
    });
    await server.portcullis.ready();
  });
  afterAll(() => server.stop());

  it.each(kinds)('is refused where %s meanwhile: %s', async (_kind, reason, revoke) => {
    const { services } = server.portcullis;
    const email = `${reason}.${Math.random()}@example.com`;
    const password = 'a password of some length';
    await services.createUser({ email, password });
    const { accessToken: token } = await login(server.url, email, password);
    const query = '{ plain recent below { plain recent } }';
    const good = { plain: 'plain', recent: 'recent' };
    meanwhile = () => undefined;
    expect(await ask(server.url, query, { token })).toMatchObject({
      data: { ...good, below: good },
    });
    meanwhile = (who) => revoke(server, who);
    const answer = await ask(server.url, query, { token });
    expect(answer.data).toEqual({ ...good, below: { plain: null, recent: null } });
    expect(reasons(answer)).toEqual(Array(2).fill(`UNAUTHENTICATED/${reason}`));
  });

  it('goes on where somebody else changes something meanwhile', async () => {
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    meanwhile = () =>
      server.portcullis.services.createUser({
        email: 'somebody@example.com',
        password: 'a password of some length',
      });
    const answer = await ask(server.url, '{ plain below { plain recent } }', { token });
    expect(answer.errors).toBeUndefined();
  });
});
