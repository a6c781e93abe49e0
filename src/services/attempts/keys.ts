import { createHmac } from 'node:crypto';
import { networkOf } from '../../support/network-of.js';
import { deriveKey } from '../../tokens/index.js';

/** Who tries: keyed hashes, since neither a table nor Redis is to tell who was attacked, or from where. */
export interface Keys {
  readonly account: string;
  /** Undefined where it is not known. */
  readonly address: string | undefined;
  /** As a place of this account. */
  readonly atAddress: string;
  /** As a place of this account; undefined where the client names none. */
  readonly atDevice: string | undefined;
}

export interface Names {
  /** Normalised. */
  readonly email: string;
  readonly ip: string | null;
  readonly device: string | null;
}

/** Makes keys under a key of their own from the server secret. */
export class KeyMaker {
  readonly #secret: () => string;
  #made: { readonly secret: string; readonly key: Buffer } | undefined;

  /** @param secret the one in use on all nodes */
  constructor(secret: () => string) {
    this.#secret = secret;
  }

  keysOf({ email, ip, device }: Names): Keys {
    const account = this.#hash('account', email);
    return {
      account,
      address: this.addressOf(ip),
      atAddress: this.#hash('place', account, 'address', ip === null ? '' : networkOf(ip)),
      atDevice: device === null ? undefined : this.#hash('place', account, 'device', device),
    };
  }

  accountOf(email: string): string {
    return this.#hash('account', email);
  }

  addressOf(ip: string | null): string | undefined {
    return ip === null ? undefined : this.#hash('address', networkOf(ip));
  }

  /** 128 bits: what a stranger could make collide is only what is counted. */
  #hash(...parts: readonly string[]): string {
    const secret = this.#secret();
    if (this.#made?.secret !== secret) {
      this.#made = { secret, key: deriveKey(secret, 'attempts') };
    }
    const mac = createHmac('sha256', this.#made.key).update(JSON.stringify(parts)).digest();
    return mac.subarray(0, 16).toString('base64url');
  }
}

/** Attempts that come from one client, as far as anybody can tell. */
export function lineOf({ account, atAddress, atDevice = '' }: Keys): string {
  return `${account} ${atAddress} ${atDevice}`;
}

/** Where the account is known once an attempt has succeeded. */
export function placesOf({ address, atAddress, atDevice }: Keys): string[] {
  return [
    ...(address === undefined ? [] : [atAddress]),
    ...(atDevice === undefined ? [] : [atDevice]),
  ];
}
