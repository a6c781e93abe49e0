import { createPortcullis } from '../../src/library/index.js';
import { ask, login, reasons } from '../support/client.js';
import { ADMIN } from '../support/server.js';
import { startLibraryServer } from './support.js';

const SIGN_IN = `signIn(input: { email: "${ADMIN.email}", password: "${ADMIN.password}" })`;

describe('a team whose schema has our names already', () => {
  it('calls ours otherwise, or leaves them out, and keeps its own', async () => {
    const server = await startLibraryServer({
      rename: {
        User: 'Account',
        'Query.user': null,
        'Mutation.login': 'signIn',
        'Mutation.logout': 'signOut',
      },
      typeDefs: `
        type User { name: String }
        type Query { user(name: String): User @public }
        type Mutation { login: String @public }`,
      ownResolvers: {
        Query: { user: (_source, args: { name: string }) => ({ name: args.name }) },
        Mutation: { login: () => 'not ours' },
      },
    });
    const mutation = `mutation { ${SIGN_IN} { accessToken user { email } } }`;
    // Whatever token comes along, since it trades one for another; a mutation of the team's own does not.
    const signedIn = await ask(server.url, mutation, { token: 'of yesterday' });
    expect(signedIn.data?.['signIn']).toMatchObject({ user: { email: ADMIN.email } });
    const refused = await ask(server.url, 'mutation { login }', { token: 'of yesterday' });
    expect(reasons(refused)).toEqual(['UNAUTHENTICATED/TOKEN_INVALID']);
    const { accessToken: token } = signedIn.data?.['signIn'] as { accessToken: string };
    const { data } = await ask(
      server.url,
      '{ user(name: "Bob") { __typename name } me { __typename } }',
      { token },
    );
    expect(data).toEqual({
      user: { __typename: 'User', name: 'Bob' },
      me: { __typename: 'Account' },
    });
    expect((await ask(server.url, 'mutation { signOut }', { token })).data).toEqual({
      signOut: true,
    });
    await expect(login(server.url, ADMIN.email, ADMIN.password)).rejects.toThrow();
    await server.stop();
  });

  it.each([
    [{ Usr: 'Account' }, 'there is no Usr of ours'],
    [{ 'Query.usr': null }, 'there is no Query.usr of ours'],
    [{ 'User.email': 'mail' }, 'there is no User.email of ours'],
    [{ User: null }, 'User must have a name'],
    [{ User: 'an account' }, 'User must have a name'],
  ])('is told of a name that makes no sense: %j', (rename, why) => {
    expect(() => createPortcullis({ rename })).toThrow(why);
  });

  it('may leave out a whole root type', () => {
    const rename = { 'Subscription.sessionEnded': null, 'Subscription.auditEvents': null };
    const { typeDefs, resolvers } = createPortcullis({ rename });
    expect(typeDefs).not.toMatch(/type Subscription/);
    expect(Object.keys(resolvers)).not.toContain('Subscription');
  });
});
