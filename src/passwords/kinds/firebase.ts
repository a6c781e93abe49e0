import { createCipheriv, timingSafeEqual } from 'node:crypto';
import type { Kind } from './kind.js';
import { decode, malformed, readPhc } from './phc.js';
import { derive, scryptCost } from './scrypt.js';

const AES_256_KEY = 32;

/**
 * Firebase's modified scrypt: the derived key encrypts the project's signer key by AES-256-CTR with a
 * counter from 0, and the ciphertext is the hash. `ss` is the salt separator, `sk` the signer key.
 */
export const firebase: Kind = {
  prefix: /^\$fbscrypt\$/,
  read: (stored) => {
    const { params, salt, hash } = readPhc(stored);
    if (params['v'] !== '1') malformed();
    const cost = scryptCost(params, 'n');
    const signerKey = decode(params['sk'] ?? '');
    const fullSalt = Buffer.concat([salt, params['ss'] ? decode(params['ss']) : Buffer.alloc(0)]);
    if (signerKey.length !== hash.length) malformed();
    return {
      label: `fbscrypt ${Object.values(cost).join(' ')}`,
      verify: (password) => {
        const key = derive(password, fullSalt, AES_256_KEY, cost);
        const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
        return timingSafeEqual(Buffer.concat([cipher.update(signerKey), cipher.final()]), hash);
      },
    };
  },
};
