import { issuerBase, metadata } from '../../../src/server/oauth/metadata.js';
import { startTestServer } from '../../support/server.js';
import { startAskable, told } from './support.js';

const PATH = '/.well-known/oauth-authorization-server';
const ISSUER = 'https://auth.example.com';

it('the metadata (RFC 8414) names what is served, and nothing else', async () => {
  const server = await startAskable({ env: { PORTCULLIS_ISSUER: ISSUER } });
  const { status, body } = await told(await fetch(`${server.url}${PATH}`));
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      response_types_supported: [],
      grant_types_supported: [],
      revocation_endpoint: `${ISSUER}/revoke`,
      revocation_endpoint_auth_methods_supported: ['none'],
      introspection_endpoint: `${ISSUER}/introspect`,
      introspection_endpoint_auth_methods_supported: ['Bearer'],
    },
  });
  for (const url of [body.jwks_uri, body.revocation_endpoint, body.introspection_endpoint]) {
    const { pathname } = new URL(String(url));
    const method = pathname.endsWith('.json') ? 'GET' : 'POST';
    expect((await fetch(`${server.url}${pathname}`, { method })).status).not.toBe(404);
  }
  await server.stop();
});

it('without service tokens there is no introspection to name', () => {
  expect(metadata({ issuer: `${ISSUER}/`, serviceTokens: [] }, ISSUER)).toEqual({
    issuer: `${ISSUER}/`,
    jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: [],
    revocation_endpoint: `${ISSUER}/revoke`,
    revocation_endpoint_auth_methods_supported: ['none'],
  });
});

it.each(['portcullis', 'urn:x', 'ftp://a', `${ISSUER}/?a`, `${ISSUER}#a`, 'https://u@a'])(
  'an issuer %s is no place where anybody is found',
  (issuer) => {
    expect(issuerBase(issuer)).toBeUndefined();
  },
);

it('an issuer with a path is found where the RFC looks, too', async () => {
  const server = await startTestServer({ env: { PORTCULLIS_ISSUER: `${ISSUER}/eu` } });
  for (const path of [PATH, `${PATH}/eu`]) {
    const { body } = await told(await fetch(`${server.url}${path}`));
    expect(body.jwks_uri).toBe(`${ISSUER}/eu/.well-known/jwks.json`);
  }
  await server.stop();
});

it('where the issuer is only a name, it speaks in development of the address that was asked', async () => {
  const server = await startTestServer();
  const answer = await fetch(`${server.url}${PATH}`);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const { status, body } = await told(answer);
  expect([status, body.issuer, body.jwks_uri]).toEqual([
    200,
    'portcullis',
    `${server.url}/.well-known/jwks.json`,
  ]);
  await server.stop();
});

it('and in production it says why there is none', async () => {
  const env = { NODE_ENV: 'production', KEY_PUBLISH_WAIT: '10m' };
  const server = await startTestServer({ env });
  const { status, body } = await told(await fetch(`${server.url}${PATH}`));
  expect(status).toBe(404);
  expect(body).toEqual({
    errors: [
      {
        message: 'PORTCULLIS_ISSUER is not a URL, so there is no metadata.',
        extensions: { code: 'BAD_USER_INPUT', reason: 'url' },
      },
    ],
  });
  await server.stop();
});
