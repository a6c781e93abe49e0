import { StartupError } from '../errors/startup-error.js';
import type { Guard } from '../directives/guard.js';
import type { Clock } from '../support/clock.js';
import { parseUrl } from '../support/parse-url.js';

/** Where a Portcullis server is: its base, or each address by itself. An address wins over the base. */
export type ServerUrls =
  | {
      /** Such as `https://auth.example.com`. */
      readonly url: string;
      readonly jwksUrl?: string;
      readonly revocationsUrl?: string;
      readonly introspectionUrl?: string;
    }
  | {
      readonly url?: undefined;
      /** Public keys (RFC 7517). */
      readonly jwksUrl: string;
      /** Without it there is no feed. */
      readonly revocationsUrl?: string;
      /** RFC 7662. Without it nothing can be asked. */
      readonly introspectionUrl?: string;
    };

/** Milliseconds for which the other side may keep us waiting. */
export interface Timeouts {
  /** For the public keys. Default 2,000. */
  readonly keys?: number;
  /** For one introspection, from when it is asked for. Default 800. */
  readonly check?: number;
  /** For the answer of `/revocations` to begin, beyond the time for which it was asked to wait. Default 2,000. */
  readonly feed?: number;
}

/** What happened to the way to the server. Nothing in it is secret. */
export type ServerEvent =
  | { readonly kind: 'feed following' }
  | { readonly kind: 'feed lost' | 'keys not to be had'; readonly why: string };

export type ResourceServerOptions = ServerUrls & {
  /** Claim `iss` of the tokens: PORTCULLIS_ISSUER of the server. */
  readonly issuer: string;
  /** Claim `aud` of the tokens: PORTCULLIS_AUDIENCE of the server. */
  readonly audience: string;
  /**
   * One of PORTCULLIS_SERVICE_TOKENS. Without it there is neither feed nor introspection: fields that
   * demand fresh knowledge refuse with AUTH_CHECK_UNAVAILABLE, plain `@auth` fields go by the token.
   */
  readonly serviceToken?: string | undefined;
  /** Seconds for which the server may hold a look at the revocations, 0 to 30. Default 1. */
  readonly wait?: number;
  /** Milliseconds by which the clocks of the two may differ when a token is judged. Default 5,000. */
  readonly tolerance?: number;
  readonly timeouts?: Timeouts;
  /** Default: this machine's, corrected by the server's where there is a feed. */
  readonly clock?: Clock | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof fetch | undefined;
  /** Told when the server is lost, and when it is found again. Default: nobody is. */
  readonly log?: ((event: ServerEvent) => void) | undefined;
  /** Told of every pass; see Guard. */
  readonly passed?: Guard['passed'];
  /** Told of what a condition of `@auth(when:)` threw; see Guard. */
  readonly conditionFailed?: Guard['conditionFailed'];
};

/** The addresses; those that a service token is needed for are absent without one. */
export interface Addresses {
  readonly jwks: string;
  readonly revocations: string | undefined;
  readonly introspection: string | undefined;
}

/** @throws StartupError naming the option that is amiss. */
export function addressesOf(options: ResourceServerOptions): Addresses {
  const { url, jwksUrl, revocationsUrl, introspectionUrl, serviceToken } = options;
  const under = (path: string) => url && new URL(path, `${url.replace(/\/$/, '')}/`).href;
  for (const [name, given] of Object.entries({ url, jwksUrl, revocationsUrl, introspectionUrl })) {
    if (given !== undefined && !isHttp(given)) {
      throw new StartupError(`${name} must be an http or https URL without credentials.`);
    }
  }
  const jwks = jwksUrl ?? under('.well-known/jwks.json');
  if (jwks === undefined) throw new StartupError('Either url or jwksUrl is needed.');
  if (serviceToken === undefined) return { jwks, revocations: undefined, introspection: undefined };
  return {
    jwks,
    revocations: revocationsUrl ?? under('revocations'),
    introspection: introspectionUrl ?? under('introspect'),
  };
}

/** @throws StartupError */
export function checkOptions({ wait = 1, serviceToken, issuer, audience }: ResourceServerOptions) {
  const need = (isGood: boolean, problem: string) => {
    if (!isGood) throw new StartupError(problem);
  };
  need(issuer !== '' && audience !== '', 'issuer and audience must not be empty.');
  const isWait = Number.isInteger(wait) && wait >= 0 && wait <= 30;
  need(isWait, 'wait must be a whole number of seconds from 0 to 30.');
  const isToken = serviceToken === undefined || /^[\x21-\x7e]+$/.test(serviceToken);
  need(isToken, 'serviceToken must be of visible ASCII characters.');
}

function isHttp(text: string): boolean {
  const { protocol, username, password } = parseUrl(text) ?? {};
  return (protocol === 'https:' || protocol === 'http:') && !username && !password;
}
