import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestIssuer } from '../../src/testing/index.js';
import { disguises, findSecrets } from './canary.js';

const PASSWORD = 'the "one" password / of a kind?';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-canary-'));
  writeFileSync(join(folder, '1.secrets.list'), `${JSON.stringify(PASSWORD)}\n`);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is found when this line stands among harmless ones. */
function foundIn(line: string, file = '1.log'): string[] {
  writeFileSync(join(folder, file), `{"msg":"request"}\n${line}\n{"msg":"the end"}\n`);
  return findSecrets(folder);
}

describe('the search for secrets in what a run has written', () => {
  it('finds nothing where there is nothing', () => {
    expect(foundIn('{"msg":"a user signed in","token":"eyJhbGciOi"}')).toEqual([]);
  });

  it.each(disguises(PASSWORD))('finds a password that shows as %s', (text) => {
    expect(foundIn(`{"msg":"failed for ${text}"}`)).not.toEqual([]);
    expect(foundIn(`(1,ada@example.com,${text})`, '1.rows')).not.toEqual([]);
  });

  it.each([1, 2, 3])('finds a password within a longer text of which base64 is told', (before) => {
    const told = Buffer.from(`${'x'.repeat(before)}${PASSWORD}${'y'.repeat(before)}`);
    expect(foundIn(told.toString('base64'))).not.toEqual([]);
    expect(foundIn(told.toString('base64url'))).not.toEqual([]);
    expect(foundIn(told.toString('hex'))).not.toEqual([]);
  });

  it('finds tokens by their form alone, in encodings too', () => {
    const access = createTestIssuer().mint();
    const refresh = `prt_${Buffer.alloc(60, 'r').toString('base64url')}`;
    const opaque = `pst_${Buffer.alloc(48, 's').toString('base64url')}`;
    for (const token of [access, refresh, opaque]) expect(foundIn(token)).not.toEqual([]);
    expect(foundIn(Buffer.from(access).toString('base64'))).not.toEqual([]);
    expect(foundIn(Buffer.from(access).toString('hex'))).not.toEqual([]);
  });

  it('finds private keys anywhere, and hashes of passwords where there is no need for them', () => {
    const hash = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA';
    expect(foundIn('-----BEGIN PRIVATE KEY-----', '1.rows')).not.toEqual([]);
    expect(foundIn('{"kty":"EC","crv":"P-256","x":"a","d":"b"}', '1.rows')).not.toEqual([]);
    rmSync(join(folder, '1.rows'));
    expect(foundIn(hash)).not.toEqual([]);
    rmSync(join(folder, '1.log'));
    expect(foundIn(hash, '1.rows')).toEqual([]);
  });
});
