import { HashError } from './kind.js';

/** The parts of `$id$name=value,…$salt$hash`, as the PHC string format has them. */
export interface Phc {
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const SHAPE = /^\$([a-z\d-]{1,32})\$([^$]{1,300})\$([^$]{1,300})\$([^$]{1,300})$/;

/** @throws HashError */
export function readPhc(text: string): Phc {
  const [, id = '', params = '', salt = '', hash = ''] = SHAPE.exec(text) ?? malformed();
  return {
    id,
    params: Object.fromEntries(params.split(',').map(parameter)),
    salt: decode(salt),
    hash: hashOf(decode(hash)),
  };
}

/** Base64 without padding, as the format asks. */
export function writePhc({ id, params, salt, hash }: Phc): string {
  const list = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return `$${id}$${list.join(',')}$${encode(salt)}$${encode(hash)}`;
}

/** Base64 of either alphabet, padded or not. @throws HashError */
export function decode(text: string): Buffer {
  if (!/^[\w+/-]+={0,2}$/.test(text)) malformed();
  return Buffer.from(text, 'base64');
}

export function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/** A whole number within bounds. @throws HashError */
export function count(params: Phc['params'], name: string, least: number, most: number): number {
  const text = params[name] ?? '';
  if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) < least) malformed();
  if (Number(text) > most) tooCostly();
  return Number(text);
}

function parameter(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** An empty hash would match every password, and a short one many. */
function hashOf(bytes: Buffer): Buffer {
  if (bytes.length < 16 || bytes.length > 128) throw new HashError('has a length that no kind has');
  return bytes;
}

export function malformed(): never {
  throw new HashError('is not well-formed');
}

export function tooCostly(): never {
  throw new HashError('costs more than a log-in may');
}
