import type { Config } from '../../config/index.js';
import { parseUrl } from '../../support/parse-url.js';

/** The base of the addresses under an issuer; undefined where it is a name and no URL. */
export function issuerBase(issuer: string): string | undefined {
  const { protocol, search, hash, username } = parseUrl(issuer) ?? {};
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  if (search !== '' || hash !== '' || username !== '') return undefined;
  return issuer.replace(/\/$/, '');
}

/** Where RFC 8414, 3.1 has clients look: between the issuer's host and its path. */
export function metadataPaths(issuer: string): string[] {
  const plain = '/.well-known/oauth-authorization-server';
  const base = issuerBase(issuer);
  const path = base === undefined ? '' : new URL(base).pathname.replace(/\/$/, '');
  return path === '' ? [plain] : [plain, `${plain}${path}`];
}

/**
 * What this server truly serves, as RFC 8414 says it. It grants nothing to OAuth clients: people sign in
 * by GraphQL.
 * @param base where we are found; an issuer that is a URL says it itself
 */
export function metadata(
  { issuer, serviceTokens }: Pick<Config, 'issuer' | 'serviceTokens'>,
  base: string,
): object {
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
