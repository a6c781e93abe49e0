import type { FastifyInstance, FastifyReply } from 'fastify';

/** No page may run, frame or load anything of an answer. */
const POLICY = "default-src 'none'; frame-ancestors 'none'";

/** The host is kept to https for a year; its subdomains may be somebody else's. */
const HSTS = 'max-age=31536000';

/** What every answer says to a browser, in whatever way it is written. */
export const SECURE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Puts them on every answer; a route that knows better sets its own after. */
export function secureHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ 'x-request-id': request.id, ...SECURE_HEADERS });
    // Over plain http browsers ignore it, and an attacker could have put it there.
    if (request.protocol === 'https') void reply.header('strict-transport-security', HSTS);
    done();
  });
}

/**
 * The policy of the landing page that Apollo renders: its scripts and styles carry a nonce, made anew for
 * every answer, and it frames the Sandbox.
 */
export function allowLandingPage(reply: FastifyReply, page: unknown): void {
  const [, nonce] = (typeof page === 'string' && /<script nonce="(\w+)"/.exec(page)) || [];
  if (nonce === undefined) return;
  const cdn = 'https://embeddable-sandbox.cdn.apollographql.com';
  const assets = 'https://apollo-server-landing-page.cdn.apollographql.com';
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' ${cdn} https://fonts.googleapis.com`,
    'font-src https://fonts.gstatic.com',
    `img-src ${assets}`,
    `manifest-src ${assets}`,
    'frame-src https://sandbox.embed.apollographql.com',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  void reply.header('content-security-policy', policy.join('; '));
}
