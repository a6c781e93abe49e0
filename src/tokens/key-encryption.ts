import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveKey } from './derive-key.js';

const PURPOSE = 'signing keys at rest';
const IV = 12;
const TAG = 16;

/** AES-256-GCM over a private key; the kid is authenticated with it, so that rows cannot be swapped. */
export function encryptPrivateKey(secret: string, kid: string, pkcs8: Buffer): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', deriveKey(secret, PURPOSE), iv);
  cipher.setAAD(Buffer.from(kid));
  const sealed = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** @throws Error when the secret is another one or the row was tampered with. */
export function decryptPrivateKey(secret: string, kid: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv(
    'aes-256-gcm',
    deriveKey(secret, PURPOSE),
    sealed.subarray(0, IV),
    { authTagLength: TAG },
  );
  decipher.setAAD(Buffer.from(kid));
  decipher.setAuthTag(sealed.subarray(IV, IV + TAG));
  return Buffer.concat([decipher.update(sealed.subarray(IV + TAG)), decipher.final()]);
}
