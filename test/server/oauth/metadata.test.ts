import { metadata } from '../../../src/server/oauth/metadata.js';
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
  expect(metadata({ issuer: `${ISSUER}/`, serviceTokens: [] })).toEqual({
    issuer: `${ISSUER}/`,
    jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: [],
    revocation_endpoint: `${ISSUER}/revoke`,
    revocation_endpoint_auth_methods_supported: ['none'],
  });
});

it.each(['portcullis', 'urn:x', 'ftp://a', `${ISSUER}/?a`, `${ISSUER}#a`, 'https://u@a'])(
  'an issuer %s has none',
  (issuer) => {
    expect(metadata({ issuer, serviceTokens: [] })).toBeUndefined();
  },
);

it('where the issuer is only a name, the answer says so', async () => {
  const server = await startTestServer();
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
