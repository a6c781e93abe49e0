import type { Config } from '../../config/index.js';
import { parseUrl } from '../../support/parse-url.js';

/**
 * What this server truly serves, as RFC 8414 says it. It grants nothing to OAuth clients: people sign in
 * by GraphQL.
 * @returns undefined where the issuer is a name and no URL, so that nobody can find us by it
 */
export function metadata({
  issuer,
  serviceTokens,
}: Pick<Config, 'issuer' | 'serviceTokens'>): object | undefined {
  const { protocol, search, hash, username } = parseUrl(issuer) ?? {};
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  if (search !== '' || hash !== '' || username !== '') return undefined;
  const base = issuer.replace(/\/$/, '');
  const introspection = {
    introspection_endpoint: `${base}/introspect`,
    introspection_endpoint_auth_methods_supported: ['Bearer'],
  };
  return {
    issuer,
    jwks_uri: `${base}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: [],
    revocation_endpoint: `${base}/revoke`,
    revocation_endpoint_auth_methods_supported: ['none'],
    ...(serviceTokens.length > 0 ? introspection : {}),
  };
}
