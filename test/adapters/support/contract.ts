import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { ask, reasons } from '../../support/client.js';
import type { AskOptions } from '../../support/client.js';
import type { Serve, Served } from './servers.js';
import { createShop } from './shop.js';
import type { Shop } from './shop.js';

/** What holds on every server. */
export function describeContract(name: string, serve: Serve): void {
  describe(`${name} with a protected schema`, () => {
    let shop: Shop;
    let served: Served;
    beforeEach(async () => {
      shop = createShop();
      served = await serve(shop);
    });
    afterEach(() => served.stop());
    const asked = async (query: string, options: AskOptions = {}) => {
      const answer = await ask(served.url, query, options);
      const { status, data, headers } = answer;
      const challenge = headers.get('www-authenticate');
      return { status, data, reasons: reasons(answer), challenge, headers };
    };

    it('refuses an operation whose token is bad, whatever it asks for', async () => {
      expect(await asked('{ open }', { token: 'stolen' })).toMatchObject({
        status: 401,
        reasons: ['UNAUTHENTICATED/TOKEN_INVALID'],
        challenge: 'Bearer realm="portcullis", error="invalid_token"',
      });
      const { data } = await asked('{ open secret }', { token: 'stolen' });
      expect(data ?? undefined).toBeUndefined();
      expect(shop.ran).toEqual([]);
    });

    it.each([
      ['nobody', undefined, 'first', 401, 'UNAUTHENTICATED/NO_TOKEN', 'Bearer realm="portcullis"'],
      [
        'a user',
        'user',
        'forAdmins',
        403,
        'FORBIDDEN/SCOPE_MISSING',
        'Bearer realm="portcullis", error="insufficient_scope"',
      ],
    ])(
      'runs nothing of a mutation of which %s is refused one field',
      async (_who, token, field, status, reason, challenge) => {
        const answer = await asked(`mutation { free ${field} }`, { token });
        expect(answer).toMatchObject({ status, reasons: [reason], challenge });
        expect(answer.data ?? undefined).toBeUndefined();
        expect(shop.ran).toEqual([]);
      },
    );

    it('answers the neighbours of a field that it refuses in a query', async () => {
      expect(await asked('{ open secret }')).toMatchObject({
        status: 200,
        data: { open: 'open', secret: null },
        reasons: ['UNAUTHENTICATED/NO_TOKEN'],
        challenge: null,
      });
      expect(await asked('{ open forAdmins }', { token: 'user' })).toMatchObject({
        status: 200,
        data: { open: 'open', forAdmins: null },
        reasons: ['FORBIDDEN/SCOPE_MISSING'],
      });
      expect(shop.ran).toEqual(['open', 'open']);
    });

    it('takes nothing else that a resolver throws for a refusal', async () => {
      const { data, errors = [] } = await ask(served.url, '{ fails }', { token: 'user' });
      expect(data).toEqual({ fails: null });
      expect(errors).toHaveLength(1);
      expect(JSON.stringify(errors)).not.toMatch(/UNAUTHENTICATED|FORBIDDEN/);
    });

    it('makes the answer with a guarded field private, and no other', async () => {
      const cacheControl = async (query: string, options?: AskOptions) =>
        (await asked(query, options)).headers.get('cache-control') ?? '';
      expect(await cacheControl('{ secret }', { token: 'user' })).toMatch(/private|no-store/);
      expect(await cacheControl('{ open secret }')).toMatch(/private|no-store/);
      expect(await cacheControl('{ open }')).not.toMatch(/private/);
    });

    it('judges the operation of a document that the request names', async () => {
      const query = 'query Read { open } mutation Write { first }';
      // Thrice, so that what a server compiles or keeps of a document is asked too.
      for (let round = 0; round < 3; round += 1) {
        expect(await asked(query, { operationName: 'Write' })).toMatchObject({
          status: 401,
          reasons: ['UNAUTHENTICATED/NO_TOKEN'],
        });
        expect(await asked(query, { operationName: 'Read' })).toMatchObject({
          status: 200,
          data: { open: 'open' },
          reasons: [],
        });
      }
      expect(shop.ran).toEqual(['open', 'open', 'open']);
      const { data } = await asked(query, { operationName: 'Write', token: 'user' });
      expect(data).toEqual({ first: 'first' });
    });

    it('runs the named operation, also if it has run another of the document before', async () => {
      const query = 'query One { open } query Two { secret }';
      for (const [operationName, data] of [
        ['One', { open: 'open' }],
        ['One', { open: 'open' }],
        ['Two', { secret: 'secret' }],
        ['One', { open: 'open' }],
        ['Two', { secret: 'secret' }],
      ] as const) {
        expect(await asked(query, { operationName, token: 'user' })).toMatchObject({ data });
      }
    });

    it('checks a critical field of a mutation anew after each that ran before', async () => {
      const query = 'mutation { before: now endSession after: now }';
      expect(await asked(query, { token: 'user' })).toMatchObject({
        status: 200,
        data: { before: 'now', endSession: 'endSession', after: null },
        reasons: ['UNAUTHENTICATED/SESSION_REVOKED'],
      });
      expect(await asked('mutation { now }', { token: 'user' })).toMatchObject({
        data: { now: null },
        reasons: ['UNAUTHENTICATED/SESSION_REVOKED'],
      });
      expect(shop.ran).toEqual(['now', 'endSession']);
    });
  });

  describe(`${name} does not start`, () => {
    it('with a schema that was never protected', async () => {
      const { bare: schema, protection } = createShop();
      await expect(serve({ schema, protection })).rejects.toThrow(/rules that nobody enforces/);
    });

    it('with a schema that has lost a guard since', async () => {
      const { schema: whole, protection } = createShop();
      const schema = mapSchema(whole, {
        [MapperKind.OBJECT_FIELD]: (config, field) =>
          field === 'secret' ? { ...config, resolve: () => 'secret' } : config,
      });
      await expect(serve({ schema, protection })).rejects.toThrow(
        /has replaced what guards these[^]*\n {2}Query\.secret$/,
      );
    });
  });
}
