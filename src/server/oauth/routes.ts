import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/index.js';
import { badInput, normalise, storeUnavailable } from '../../errors/index.js';
import { introspect, logOut } from '../../services/index.js';
import type { Deps } from '../../services/index.js';
import { addressOf } from '../address.js';
import type { LifecycleRef } from '../lifecycle.js';
import { takeForms, tokenOf } from './form.js';
import { introspectionOf } from './introspection.js';
import { issuerBase, metadata, metadataPaths } from './metadata.js';
import { revocationsRoute } from './revocations.js';
import { ServiceTokens } from './service-tokens.js';
import { WaitingRoom } from './waiting-room.js';

/** Bytes of a form; the longest token has 4,096. */
const FORM_LIMIT = 16 * 1024;
const MOST_WAITING = 1_000;
const USER_AGENT_LENGTH = 300;

/** What other services ask: the end of a token, and those with a service token also what is known of it. */
export function routeOAuth(app: FastifyInstance, config: Config, lifecycle: LifecycleRef): void {
  const tokens = new ServiceTokens(config.serviceTokens);
  const depsNow = (): Deps => {
    if (lifecycle.current.phase !== 'ready') throw storeUnavailable();
    return lifecycle.current.node.deps;
  };
  const base = issuerBase(config.issuer);
  for (const path of metadataPaths(config.issuer)) {
    app.get(path, (request, reply) => {
      if (base !== undefined) {
        return reply.header('cache-control', 'public, max-age=300').send(metadata(config, base));
      }
      // In development we are where we were found; no cache may keep what a Host header says.
      if (!config.production) {
        const here = `${request.protocol}://${request.host}`;
        return reply.send(metadata(config, here));
      }
      const error = badInput('url', 'PORTCULLIS_ISSUER is not a URL, so there is no metadata.');
      return reply.code(404).send({ errors: [normalise(error, { message: '', code: '' })] });
    });
  }

  void app.register((scope, _options, done) => {
    takeForms(scope);
    scope.post('/revoke', { bodyLimit: FORM_LIMIT }, async (request, reply) => {
      const token = tokenOf(request.body);
      const userAgent = request.headers['user-agent']?.slice(0, USER_AGENT_LENGTH) ?? null;
      const origin = { ip: addressOf(request), userAgent };
      await logOut(depsNow(), { refreshToken: token, accessTokens: [token] }, origin);
      return reply.send();
    });
    if (!tokens.none) {
      const onRequest = tokens.admit;
      scope.post('/introspect', { bodyLimit: FORM_LIMIT, onRequest }, async (request, reply) => {
        const token = await introspect(depsNow(), tokenOf(request.body));
        return reply.send(introspectionOf(token, config));
      });
    }
    done();
  });

  if (tokens.none) return;
  const room = new WaitingRoom(MOST_WAITING);
  app.addHook('preClose', (done) => {
    room.close();
    done();
  });
  app.get('/revocations', { onRequest: tokens.admit }, revocationsRoute(lifecycle, room));
}
