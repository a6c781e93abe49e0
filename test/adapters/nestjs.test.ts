import 'reflect-metadata';
import type { INestApplication, NestApplicationOptions, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import {
  Directive,
  Extensions,
  Field,
  GraphQLModule,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { apolloPlugin, createProtection } from '../../src/adapters/index.js';
import { ask, reasons } from '../support/client.js';
import { callerOf, guard } from './support/caller.js';

const protection = createProtection({ guard });
const ran: string[] = [];
const run = (name: string) => () => {
  ran.push(name);
  return name;
};

// Apollo Server has types of its own for each kind of module, and NestJS is of the other.
const plugins = [apolloPlugin(protection)] as unknown as NonNullable<ApolloDriverConfig['plugins']>;

/** What TypeScript makes of decorators on a member; these files are compiled without them. */
function decorate(target: Type, member: string, decorators: readonly unknown[]): void {
  const { prototype } = target as { prototype: object };
  const descriptor = Object.getOwnPropertyDescriptor(prototype, member);
  for (const decorator of decorators) {
    (decorator as MethodDecorator)(prototype, member, descriptor!);
  }
}

/** A resolver class, with its fields as somebody's code has them. */
function resolversOf(rules: (rule: 'open' | 'signedIn' | 'admin') => unknown): Type {
  // Of its own, since NestJS keeps what decorators say of a class for the whole process.
  class Account {
    declare id: string;
  }
  decorate(Account, 'id', [Field(() => String)]);
  ObjectType()(Account);
  const nullable = { nullable: true };
  class Accounts {
    account() {
      return { id: '1' };
    }
    secret() {
      return run('secret')();
    }
    forAdmins() {
      return run('forAdmins')();
    }
    write() {
      return run('write')();
    }
  }
  Object.defineProperty(Accounts.prototype, 'open', { value: run('open') });
  decorate(Accounts, 'open', [Query(() => String, nullable), rules('open')]);
  decorate(Accounts, 'account', [Query(() => Account, nullable), rules('open')]);
  decorate(Accounts, 'secret', [ResolveField('secret', () => String, nullable), rules('signedIn')]);
  decorate(Accounts, 'forAdmins', [
    ResolveField('forAdmins', () => String, nullable),
    rules('admin'),
  ]);
  decorate(Accounts, 'write', [Mutation(() => String, nullable), rules('signedIn')]);
  Resolver(() => Account)(Accounts);
  return Accounts;
}

const unruled = () => () => undefined;
const TYPE_DEFS = `
  type Query { open: String @public  account: Account @public }
  type Mutation { write: String @auth }
  type Account {
    id: String  secret: String @auth  forAdmins: String @auth(scopes: [["admin"]])
  }`;

const KINDS: Readonly<Record<string, [Type, Partial<ApolloDriverConfig>]>> = {
  'schema-first': [
    resolversOf(unruled),
    { typeDefs: [protection.typeDefs, TYPE_DEFS], sortSchema: true },
  ],
  'code-first, with @Directive': [
    resolversOf((rule) =>
      Directive({ open: '@public', signedIn: '@auth', admin: '@auth(scopes: [["admin"]])' }[rule]),
    ),
    { autoSchemaFile: true, buildSchemaOptions: { directives: [...protection.directives] } },
  ],
  'code-first, with @Extensions': [
    resolversOf((rule) =>
      Extensions({
        directives: {
          open: [{ name: 'public' }],
          signedIn: [{ name: 'auth' }],
          admin: [{ name: 'auth', args: { scopes: [['admin']] } }],
        }[rule],
      }),
    ),
    { autoSchemaFile: true },
  ],
};

async function start(
  resolver: Type,
  config: Partial<ApolloDriverConfig>,
  transformSchema: (schema: GraphQLSchema) => GraphQLSchema = protection.protect,
): Promise<INestApplication> {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- as NestJS has modules
  class App {}
  Module({
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        playground: false,
        ...config,
        transformSchema,
        plugins,
        context: ({ req }: { req: { headers: { authorization?: string } } }) => ({
          caller: callerOf(req.headers.authorization),
        }),
      }),
    ],
    providers: [resolver],
  })(App);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- as NestJS has its options
  const quiet: NestApplicationOptions = { logger: false, abortOnError: false };
  const app = await NestFactory.create(App, quiet);
  try {
    await app.listen(0, '127.0.0.1');
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

describe.each(Object.entries(KINDS))('NestJS, %s', (_kind, [resolver, config]) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    app = await start(resolver, config);
    url = await app.getUrl();
  });
  afterAll(() => app.close());
  beforeEach(() => ran.splice(0));

  const QUERY = '{ open account { id secret forAdmins } }';

  it('denies what is guarded, and answers what is beside it', async () => {
    const answer = await ask(url, QUERY);
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({
      open: 'open',
      account: { id: '1', secret: null, forAdmins: null },
    });
    expect(reasons(answer)).toEqual(['UNAUTHENTICATED/NO_TOKEN', 'UNAUTHENTICATED/NO_TOKEN']);
    expect(ran).toEqual(['open']);
  });

  it('answers each caller what is theirs', async () => {
    const user = await ask(url, QUERY, { token: 'user' });
    expect(user.data).toMatchObject({ account: { secret: 'secret', forAdmins: null } });
    expect(reasons(user)).toEqual(['FORBIDDEN/SCOPE_MISSING']);
    const admin = await ask(url, QUERY, { token: 'admin' });
    expect(admin.data).toMatchObject({ account: { secret: 'secret', forAdmins: 'forAdmins' } });
  });

  it('refuses whole operations with their status and challenge', async () => {
    const refused = await ask(url, 'mutation { write }');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="portcullis"');
    expect((await ask(url, '{ open }', { token: 'stolen' })).status).toBe(401);
    expect(ran).toEqual([]);
  });
});

it('NestJS does not start with a schema that nobody protected', async () => {
  const [resolver, config] = KINDS['schema-first']!;
  await expect(start(resolver, config, (schema) => schema)).rejects.toThrow(
    /rules that nobody enforces/,
  );
});
