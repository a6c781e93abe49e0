import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';
import { enforcePolicy } from '../../src/directives/index.js';
import { compilePolicy, directiveTypeDefs } from '../../src/policy/index.js';
import { createResourceServer } from '../../src/verify/index.js';
import type { ResourceServer, ResourceServerOptions } from '../../src/verify/index.js';
import { ask, login } from '../support/client.js';
import { startProxy } from '../support/proxy.js';
import { ADMIN } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { SERVICE_TOKEN } from '../server/oauth/support.js';

const TYPE_DEFS = `
  type Query { open: String @public  plain: String @auth  bounded: String @critical(maxStale: 5)  now: String @critical }
  type Mutation { first: String @critical  second: String @critical }`;

/** A fetch that remembers what it was asked for. */
function recordingFetch() {
  const urls: URL[] = [];
  const recording: typeof fetch = (input, init) => {
    urls.push(new URL(input instanceof Request ? input.url : input));
    return fetch(input, init);
  };
  return {
    fetch: recording,
    /** How often this path was asked for. */
    count: (path: string) => urls.filter(({ pathname }) => pathname === path).length,
  };
}

export const JWKS = '/.well-known/jwks.json';

type More = Partial<Omit<ResourceServerOptions, 'url'>>;

/** A service of somebody else's: its schema, its knowledge, and how it was asked over HTTP. */
export class Service {
  readonly server: ResourceServer;
  readonly http = recordingFetch();
  readonly events: string[] = [];
  readonly runs: string[] = [];
  readonly #schema;

  constructor(url: string, more: More = {}) {
    this.server = createResourceServer({
      url,
      issuer: 'portcullis',
      audience: 'portcullis',
      serviceToken: SERVICE_TOKEN,
      fetch: this.http.fetch,
      log: ({ kind }) => this.events.push(kind),
      ...more,
    });
    const run = (name: string) => () => {
      this.runs.push(name);
      return name;
    };
    const resolvers = {
      Query: { open: run('open'), plain: run('plain'), bounded: run('bounded'), now: run('now') },
      Mutation: { first: run('first'), second: run('second') },
    };
    const bare = makeExecutableSchema({ typeDefs: [directiveTypeDefs(), TYPE_DEFS], resolvers });
    this.#schema = enforcePolicy(bare, compilePolicy(bare), this.server.guard);
  }

  /** What becomes of an operation: the fields that ran in `runs`, and here why others did not. */
  async ask(source: string, token?: string): Promise<Record<string, string>> {
    const authorization = token === undefined ? undefined : `Bearer ${token}`;
    const portcullis = await this.server.authenticate(authorization);
    const answer = await graphql({ schema: this.#schema, source, contextValue: { portcullis } });
    const ran = Object.entries(answer.data ?? {}).filter(([, value]) => value !== null);
    const refused = (answer.errors ?? []).map(({ path, extensions, message }) => {
      const { code, reason } = extensions as { code?: string; reason?: string };
      return [path?.join('.') ?? '', code === undefined ? message : `${code}/${reason ?? ''}`];
    });
    return Object.fromEntries([...ran.map(([name]) => [name, 'ran']), ...refused]) as Record<
      string,
      string
    >;
  }

  /** Settles when the next revocation is heard of. */
  heard(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.server.onRevocation(() => {
        stop();
        resolve();
      });
    });
  }
}

export async function startService(url: string, more: More = {}): Promise<Service> {
  const service = new Service(url, more);
  await service.server.start();
  return service;
}

/** The network between a service and the server. */
export const startNetwork = (url: string) => startProxy(url, () => ({ read: () => undefined }));

/** Ends a session as an admin does. */
export async function revoke(server: TestServer, sessionId: string): Promise<void> {
  const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
  const mutation = `mutation { revokeSession(id: "${sessionId}") { id } }`;
  const answer = await ask(server.url, mutation, { token });
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
}

export const ALL = '{ open plain bounded now }';
export const PASSES = { open: 'ran', plain: 'ran', bounded: 'ran', now: 'ran' };
export const REVOKED = 'UNAUTHENTICATED/SESSION_REVOKED';
export const UNAVAILABLE = 'AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE';
