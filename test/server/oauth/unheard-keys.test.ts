import jsonwebtoken from 'jsonwebtoken';
import { introspect } from '../../../src/services/index.js';
import type { ServerBehindProxy } from '../../support/behind-proxy.js';
import { ask, login } from '../../support/client.js';
import { startDeafNode } from '../../support/deaf-node.js';
import { ADMIN } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';

let one: TestServer;
let two: ServerBehindProxy;
let stop: () => Promise<void>;
beforeEach(async () => {
  ({ one, two, stop } = await startDeafNode());
});
afterEach(() => stop());

it('a node that has not heard of a new key looks for it before it calls a token bad', async () => {
  const { accessToken: admin } = await login(one.url, ADMIN.email, ADMIN.password);
  const stolen = one.node.deps.keys.ring.find(
    jsonwebtoken.decode(admin, { complete: true })!.header.kid!,
  )!;
  const rotate = 'mutation { rotateSigningKey(revokeIssued: true) { kid } }';
  expect((await ask(one.url, rotate, { token: admin })).errors).toBeUndefined();
  const { accessToken: token, session } = await login(one.url, ADMIN.email, ADMIN.password);
  two.proxy.refuse();
  await expect(introspect(two.node.deps, token)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
  two.proxy.heal();
  expect(await introspect(two.node.deps, token)).toMatchObject({ sessionId: session.id });

  const claims = jsonwebtoken.decode(token) as object;
  const forged = jsonwebtoken.sign({ ...claims, scope: 'admin' }, stolen.privateKey, {
    algorithm: 'ES256',
    header: { alg: 'ES256', typ: 'at+jwt', kid: stolen.kid },
  });
  for (const { node } of [one, two]) {
    expect(await introspect(node.deps, forged)).toBeUndefined();
    expect(await introspect(node.deps, token)).toMatchObject({ sessionId: session.id });
  }
});
