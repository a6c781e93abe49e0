// Under TEST_CANARY, what a whole run writes is kept in that folder: the debug logs of its servers, the
// statement log of PostgreSQL, every answer that refuses, and the rows of every database. When the run is
// over, no token, password or secret may stand in any of it, in no encoding.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where to; undefined in a run that keeps nothing. */
export const folder = process.env['TEST_CANARY'];

const SECRETS = 'secrets.list';

/** Keeps what was written. Each process has files of its own. */
export function keep(kind: 'log' | 'refusals' | 'rows', text: string): void {
  if (folder) appendFileSync(join(folder, `${process.pid}.${kind}`), text);
}

/** From now on this is to be found nowhere. */
export function keepSecret(secret: string): void {
  if (!folder) return;
  appendFileSync(join(folder, `${process.pid}.${SECRETS}`), `${JSON.stringify(secret)}\n`);
}

/** How our access tokens begin; the rest of it may be in any encoding. */
const HEADER = 'eyJhbGciOiJFUzI1NiIs';
/** Our tokens, PEM keys and private JWKs, by their form alone. */
const FORMS = [
  'eyJ[A-Za-z0-9_-]{16,}\\.eyJ[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}',
  '(prt|pst)_[A-Za-z0-9_-]{40,}',
  '-----BEGIN [A-Z ]*PRIVATE KEY',
  '"kty":"EC"[^}]*"d":',
];
/** What the database has to keep, a log has not. */
const HASHES = ['\\$argon2id?\\$v=', '\\$2[aby]\\$[0-9]{2}\\$[A-Za-z0-9./]{53}'];

/**
 * How a secret may show: as it is, in base64 of any alignment, in hexadecimal, in URLs, in JSON, and by
 * the first part of its hash.
 */
export function disguises(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const shifted = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // The first and the last characters depend on what stands beside it.
    const sure = text.replace(/=+$/, '').slice(shift === 0 ? 0 : shift + 1, -1);
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const sha = createHash('sha256').update(bytes);
  const hash = sha.digest();
  const all = [
    secret,
    ...shifted,
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    hash.toString('hex').slice(0, 16),
    hash.toString('base64url').slice(0, 16),
  ];
  return [...new Set(all)].filter((text) => text.length >= 10);
}

/** Every secret of the run, once. */
function secretsIn(from: string): string[] {
  const lists = readdirSync(from).filter((name) => name.endsWith(SECRETS));
  const lines = lists.flatMap((name) => readFileSync(join(from, name), 'utf8').trim().split('\n'));
  return [
    ...new Set(lines.filter((line) => line !== '').map((line) => JSON.parse(line) as string)),
  ];
}

/** What should not be there, as `file:line:what`. */
export function findSecrets(from: string): string[] {
  const kept = readdirSync(from).filter((name) => !name.endsWith('.list'));
  const files = kept.map((name) => join(from, name));
  const told = files.filter((name) => /\.(log|refusals)$/.test(name));
  const list = join(from, 'disguises.list');
  const secrets = secretsIn(from);
  const looked = [...secrets.flatMap(disguises), ...disguised(HEADER)];
  writeFileSync(list, `${[...new Set(looked)].join('\n')}\n`);
  return [
    ...grep(['-F', '-f', list], files),
    ...grep(['-E', ...FORMS.flatMap((form) => ['-e', form])], files),
    ...grep(['-E', ...HASHES.flatMap((form) => ['-e', form])], told),
  ];
}

/** A prefix says nothing by itself, but in an encoding nobody else writes it. */
function disguised(prefix: string): string[] {
  return disguises(prefix).filter((text) => text !== prefix);
}

function grep(pattern: readonly string[], files: readonly string[]): string[] {
  if (files.length === 0) return [];
  const args = ['-a', '-o', '-H', '-n', '-m', '5', ...pattern, '--', ...files];
  const env = { ...process.env, LC_ALL: 'C' };
  const { status, stdout, error } = spawnSync('grep', args, { env, maxBuffer: 2 ** 28 });
  if (error || status === null || status > 1) throw new Error('grep did not work');
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}
