// supertokens.com/docs/quickstart/integrations/graphql: getSession in the context, which asks the core for keys alone.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import jwt from 'jsonwebtoken';
import supertokens from 'supertokens-node';
import Session from 'supertokens-node/recipe/session/index.js';
import { guardedSchema, serveApollo } from '../support/serve-apollo.mjs';
import { asBearers } from '../support/signed-tokens.mjs';
import { told } from '../support/subject.mjs';

/** Its keys that rotate are named so; it knows no other algorithm. */
const KID = 'd-1';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'RS256', kid: KID, use: 'sig' };

const core = createServer((request, response) => {
  const known = request.url === '/.well-known/jwks.json';
  response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(known ? { keys: [jwk] } : {}));
});
await once(core.listen(0, '127.0.0.1'), 'listening');

const domain = `http://127.0.0.1:${told.port}`;
supertokens.init({
  framework: 'fastify',
  supertokens: { connectionURI: `http://127.0.0.1:${core.address().port}` },
  appInfo: { appName: 'bench', apiDomain: domain, websiteDomain: domain },
  recipeList: [Session.init({ getTokenTransferMethod: () => 'header' })],
  telemetry: false,
});

/** An access token as the core signs it, in the fifth version of its format. */
function sign(user, sessionHandle) {
  const claims = {
    sub: user,
    rsub: user,
    tId: 'public',
    sessionHandle,
    refreshTokenHash1: randomBytes(32).toString('hex'),
    parentRefreshTokenHash1: null,
    antiCsrfToken: null,
    iss: `${domain}/auth`,
  };
  const header = { version: '5' };
  return jwt.sign(claims, privateKey, {
    algorithm: 'RS256',
    keyid: KID,
    header,
    expiresIn: '6h',
  });
}
const sessions = Array.from({ length: told.sessions }, () => [randomUUID(), randomUUID()]);
const tokens = Array.from({ length: told.tokens }, () =>
  sessions.map(([user, handle]) => sign(user, handle)),
).flat();

const options = { sessionRequired: false, checkDatabase: false };

async function userOf(request, reply) {
  try {
    const session = await Session.getSession(request, reply, options);
    return session?.getUserId();
  } catch (error) {
    if (Session.Error.isErrorFromSuperTokens(error)) return undefined;
    throw error;
  }
}

await serveApollo(
  guardedSchema('auth'),
  async (request, reply) => ({ user: await userOf(request, reply) }),
  asBearers(tokens),
);
