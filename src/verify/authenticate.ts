import { PortcullisError } from '../errors/portcullis-error.js';
import type { Denylist } from '../revocation/index.js';
import { readBearer } from '../support/bearer.js';
import type { Clock } from '../support/clock.js';
import { AccessVerifier, parseOpaqueToken } from '../tokens/index.js';
import type { AccessToken } from '../tokens/index.js';
import type { Checks } from './checks.js';
import type { PublicKeys } from './jwks.js';
import type { RemoteKeys } from './remote-keys.js';

/** What a request presented, for `context.portcullis`. */
export interface Authenticated {
  /** The verified token. */
  readonly token: AccessToken | undefined;
  /** Why a presented token was refused. */
  readonly refusal: PortcullisError | undefined;
  /** Why nobody can tell what a presented token stands for. */
  readonly unavailable: PortcullisError | undefined;
  /** Whether the server itself said, for this very request, that it is good. */
  readonly checked: boolean;
}

export interface AuthenticatorOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds. */
  readonly tolerance: number;
  readonly keys: RemoteKeys;
  readonly checks: Checks;
  readonly denylist: Denylist;
  readonly clock: Clock;
}

const ANONYMOUS: Authenticated = {
  token: undefined,
  refusal: undefined,
  unavailable: undefined,
  checked: false,
};

/** Judges presented tokens: a JWT by the public keys at hand, an opaque token by asking the server. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  /** Of the keys that it was made for: what they verified says nothing of others. */
  #verifier: { readonly keys: PublicKeys; readonly tokens: AccessVerifier } | undefined;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** Never throws. */
  async authenticate(authorization: string | undefined): Promise<Authenticated> {
    const presented = readBearer(authorization);
    if (presented === undefined) return ANONYMOUS;
    try {
      const found = parseOpaqueToken(presented)
        ? { token: await this.#lookUp(presented), checked: true }
        : { token: await this.#verify(presented), checked: false };
      const reason = this.revoked(found.token);
      if (reason) throw new PortcullisError('UNAUTHENTICATED', reason);
      return { ...ANONYMOUS, ...found };
    } catch (error) {
      if (!(error instanceof PortcullisError))
        return { ...ANONYMOUS, unavailable: unavailable(error) };
      const isRefusal = error.code === 'UNAUTHENTICATED';
      return { ...ANONYMOUS, [isRefusal ? 'refusal' : 'unavailable']: error };
    }
  }

  /** The reason, if an end is known here that denies the token. */
  revoked(token: AccessToken): 'SESSION_REVOKED' | 'ACCOUNT_DISABLED' | undefined {
    const { denylist, checks } = this.#options;
    return denylist.find(token) ?? (checks.refused(token) ? 'SESSION_REVOKED' : undefined);
  }

  async #lookUp(text: string): Promise<AccessToken> {
    const token = await this.#options.checks.lookUp(text);
    if (!token) throw new PortcullisError('UNAUTHENTICATED', 'SESSION_REVOKED');
    return token;
  }

  async #verify(text: string): Promise<AccessToken> {
    const { keys, checks } = this.#options;
    await keys.fresh();
    const kid = this.#tokens().kidOf(text);
    if (kid !== undefined && !keys.current?.find(kid)) {
      await keys.seek(kid);
      // As long as the server is away, a key that is not known may be a new one.
      if (!keys.current?.find(kid) && keys.failing) throw new Error('the key is not known');
    }
    const token = this.#tokens().verify(text);
    checks.presented(token, text);
    return token;
  }

  #tokens(): AccessVerifier {
    const { keys, clock, issuer, audience, tolerance } = this.#options;
    const { current } = keys;
    if (!current) throw new Error('no keys');
    if (this.#verifier?.keys !== current) {
      const options = { issuer, audience, tolerance, subjects: 'any' } as const;
      const tokens = new AccessVerifier(() => current, options, clock);
      this.#verifier = { keys: current, tokens };
    }
    return this.#verifier.tokens;
  }
}

function unavailable(cause: unknown): PortcullisError {
  return new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE', { cause });
}
