import { makeExecutableSchema } from '@graphql-tools/schema';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { createTestGuard } from '../../src/testing/index.js';
import { createProtection } from '../../src/adapters/index.js';
import { ask, login, reasons } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN } from '../support/server.js';
import { FIRST, TEAM, count, printing, run, snippets, stopAll } from './library-program.js';

// Each is a process of its own, on machines that are busy with other tests.
jest.setTimeout(60_000);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(stopAll);
afterAll(() => database.drop());

const only = (heading: string): string => {
  const [snippet = '', ...more] = snippets(heading, 'js');
  expect(more).toEqual([]);
  return snippet;
};

/** Resolvers of the team's, as NestJS has them. */
const NEST = `
  import 'reflect-metadata';
  import { Logger, Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { Mutation, Query } from '@nestjs/graphql';
  class Articles {
    articles() { return articles; }
    drafts() { return []; }
  }
  for (const name of ['articles', 'drafts']) {
    const { prototype } = Articles;
    Query(name)(prototype, name, Object.getOwnPropertyDescriptor(prototype, name));
  }
  Articles.prototype.publish = () => articles[0];
  Mutation('publish')(
    Articles.prototype, 'publish', Object.getOwnPropertyDescriptor(Articles.prototype, 'publish'),
  );
  class AppModule {}
  Module({ imports: [graphqlModule], providers: [Articles] })(AppModule);
  Logger.overrideLogger(['error']);
  const app = await NestFactory.create(AppModule);
  await app.listen(0, '127.0.0.1');
  console.log('= ' + (await app.getUrl()));`;

describe.each([
  ['Apollo Server', () => [TEAM, only('Apollo Server'), 'console.log("= " + url)']],
  [
    'GraphQL Yoga',
    () => [
      TEAM + FIRST,
      only('GraphQL Yoga'),
      `server.once('listening', () => console.log('= http://127.0.0.1:' + server.address().port));`,
    ],
  ],
  [
    'Mercurius',
    () => [
      TEAM + FIRST,
      only('Mercurius'),
      `console.log('= http://127.0.0.1:' + app.server.address().port);`,
    ],
  ],
  [
    'NestJS',
    () => [
      TEAM,
      `import { createPortcullis } from 'portcullis';
      const portcullis = createPortcullis();`,
      snippets('NestJS', 'js')[0] ?? '',
      NEST,
    ],
  ],
  [
    'A federated subgraph',
    () => [
      TEAM,
      only('A federated subgraph'),
      `import { startStandaloneServer } from '@apollo/server/standalone';
      const { url } = await startStandaloneServer(server, {
        context: ({ req, res }) => portcullis.context(req, res),
        listen: { port: 0 },
      });
      console.log('= ' + url);`,
    ],
  ],
])('what the page says of %s', (_heading, parts) => {
  it('runs, and guards the fields of the page’s schema', async () => {
    const program = await run(database.url, ...parts());
    const url = program.line.replace(/\/$/, '');
    const query = '{ articles { title notes } drafts { id } }';
    const stranger = await ask(url, query);
    expect([stranger.data, reasons(stranger)]).toEqual([
      { articles: [{ title: 'On gates', notes: null }], drafts: null },
      expect.arrayContaining(['UNAUTHENTICATED/NO_TOKEN', 'UNAUTHENTICATED/NO_TOKEN']),
    ]);
    const { accessToken: token, session } = await login(url, ADMIN.email, ADMIN.password);
    const admin = await ask(url, query, { token });
    expect([admin.data, reasons(admin)]).toEqual([
      { articles: [{ title: 'On gates', notes: 'too long' }], drafts: null },
      ['FORBIDDEN/SCOPE_MISSING'],
    ]);
    const publish = 'mutation { publish(id: "1") { title } }';
    expect((await ask(url, publish, { token })).data).toEqual({ publish: { title: 'On gates' } });
    await ask(url, `mutation { revokeSession(id: "${session.id}") { id } }`, { token });
    const late = await ask(url, publish, { token });
    expect([late.status, reasons(late)]).toEqual([401, ['UNAUTHENTICATED/SESSION_REVOKED']]);
  });
});

/** Runs a program to its end. Answers what it printed. */
async function result(...parts: readonly string[]): Promise<unknown> {
  const program = await run(database.url, ...parts);
  await program.stop();
  return JSON.parse(program.line);
}

const PORTCULLIS = `
  import { createPortcullis } from 'portcullis';
  const portcullis = createPortcullis();`;
const newUser = (email: string) => `
  const user = await portcullis.services.createUser({
    email: '${email}', password: 'a password of some length',
  });`;

describe('what the page says', () => {
  it('of code-first NestJS: sign-in is merged in, and the schema is protected', async () => {
    const built = `
      import { buildSchema } from 'graphql';
      const schema = transformSchema(buildSchema(
        ${JSON.stringify('type Query { visitors: Int @auth }')}, { assumeValidSDL: true },
      ));`;
    const [, transform = ''] = snippets('NestJS', 'js');
    const printed = await result(
      PORTCULLIS,
      transform,
      built,
      printing(`answerTo('{ visitors me { id } }')`),
    );
    expect(printed).toEqual([{ visitors: null, me: null }, ['NO_TOKEN', 'NO_TOKEN']]);
  });

  it('of schemas that are built in code', async () => {
    const printed = await result(
      PORTCULLIS,
      only('Schemas that are built in code'),
      printing(`answerTo('{ visitors revenue me { id } }')`),
    );
    expect(printed).toEqual([{ visitors: 42, revenue: null, me: null }, ['NO_TOKEN', 'NO_TOKEN']]);
  });

  it('of other names', async () => {
    const printed = await result(only('Other names'), printing('portcullis.typeDefs'));
    expect(printed).toMatch(/directive @signedIn[^]*directive @fresh[^]*directive @open/);
    expect(printed).toMatch(/type Account /);
    expect(printed).toMatch(/signIn\(/);
    expect(printed).toMatch(/ me: Account @signedIn\n/);
    expect(printed).not.toMatch(/type User\b|\blogin\(|\busers\(/);
  });

  it('of conditions', async () => {
    const answers = await result(
      'let albums = [];',
      only('Conditions'),
      newUser('owner@example.com'),
      `albums = [
        { title: 'mine', ownerId: user.id, pictures: ['a'] },
        { title: 'yours', ownerId: 'somebody', pictures: ['b'] },
      ];
      const { accessToken } = await portcullis.services.signIn({ userId: user.id });`,
      printing(`[
        await answerTo('{ albums { title pictures } }'),
        await answerTo('{ albums { title pictures } }', accessToken),
      ]`),
    );
    const [mine, yours] = [{ title: 'mine' }, { title: 'yours' }];
    const nothing = { pictures: null };
    expect(answers).toEqual([
      [
        {
          albums: [
            { ...mine, ...nothing },
            { ...yours, ...nothing },
          ],
        },
        ['NO_TOKEN', 'NO_TOKEN'],
      ],
      [
        {
          albums: [
            { ...mine, pictures: ['a'] },
            { ...yours, ...nothing },
          ],
        },
        ['CONDITION_NOT_MET'],
      ],
    ]);
  });

  it('of users of the team’s own, and their claims', async () => {
    const answers = await result(
      `const staff = [{ id: 'member/7', email: 'ada@staff.example', hash: 'of: open', team: 'red' }];
      const NO_HASH = 'of nothing';
      const checkPassword = async (hash, password) => hash === 'of: ' + password;`,
      only('Users of your own, and claims'),
      `import { makeExecutableSchema } from '@graphql-tools/schema';
      const { typeDefs, resolvers } = portcullis;
      const schema = portcullis.protect(makeExecutableSchema({ typeDefs, resolvers }));`,
      printing(`await (async () => {
        const login = (password) => answerTo(
          'mutation { login(input: { email: "ada@staff.example", password: "' + password + '" }) { accessToken } }',
        );
        const [wrong, [right]] = [await login('sesame'), await login('open')];
        const { token } = (await as(right.login.accessToken)).portcullis;
        return [wrong, token.subject, token.claims];
      })()`),
    );
    expect(answers).toEqual([
      [{ login: null }, ['INVALID_CREDENTIALS']],
      'member/7',
      { team: 'red' },
    ]);
  });

  it('of settings', async () => {
    const printed = await result(only('Settings'), printing(`await portcullis.ready() ?? 'ready'`));
    expect(printed).toBe('ready');
  });

  it('of services', async () => {
    const [signIn = '', pay = ''] = snippets('Services', 'js');
    await database.query('CREATE TABLE payouts (amount integer)');
    const answers = await result(
      `import createKnex from 'knex';
      const knex = createKnex({ client: 'pg', connection: process.env.DATABASE_URL });`,
      PORTCULLIS,
      newUser('payee@example.com'),
      signIn,
      pay,
      `const { accessToken: fresh } = await portcullis.services.signIn({ userId: user.id });`,
      printing(`await (async () => {
        const [old, current] = [await as(accessToken), await as(fresh)];
        await pay(current, 7);
        const late = await pay(old, 8).catch(({ code, reason }) => [code, reason]);
        const { scopes } = current.portcullis.token;
        const paid = await knex('payouts').pluck('amount');
        await knex.destroy();
        return [late, paid, typeof refreshToken, [...scopes]];
      })()`),
    );
    expect(answers).toEqual([['UNAUTHENTICATED', 'SESSION_REVOKED'], [7], 'string', ['editor']]);
  });

  it('of a guard that was lost', () => {
    const protection = createProtection({ guard: createTestGuard() });
    const typeDefs = [protection.typeDefs, ...snippets('', 'graphql')];
    const schema = mapSchema(protection.protect(makeExecutableSchema({ typeDefs })), {
      [MapperKind.OBJECT_FIELD]: (config, name) =>
        name === 'notes' ? { ...config, resolve: () => 'open' } : config,
    });
    const [told = ''] = snippets('What refuses to start', 'text');
    expect(() => protection.assertProtected(schema)).toThrow(told.trimEnd());
  });

  it('is all tested here', () => {
    expect(count('js')).toBe(13);
    expect([count('graphql'), count('text'), count('bash')]).toEqual([1, 1, 0]);
  });
});
