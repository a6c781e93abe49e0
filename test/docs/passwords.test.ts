import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { OPTIONS } from '../../src/config/index.js';
import { importHash } from '../../src/passwords/index.js';
import { THREADS } from '../../src/passwords/threads.js';
import { requireImportable } from '../../src/services/index.js';
import { VECTORS } from '../passwords/vectors.js';

const PAGE = readFileSync(resolve(__dirname, '../../docs/passwords.md'), 'utf8');

describe('the page of passwords', () => {
  it('states the least length that is the default', () => {
    expect(PAGE).toContain(
      `\`PASSWORD_MIN_LENGTH\` characters, ${OPTIONS.PASSWORD_MIN_LENGTH.default} unless`,
    );
  });

  it('states how many threads there may be', () => {
    expect(PAGE).toContain('from one to four');
    expect(THREADS).toBeGreaterThanOrEqual(1);
    expect(THREADS).toBeLessThanOrEqual(4);
  });

  it('shows a line that can be imported', () => {
    const lines = [...PAGE.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
    expect(lines).toHaveLength(1);
    for (const line of lines) requireImportable(JSON.parse(line), undefined);
  });

  it('names the form in which every kind is stored', () => {
    const stored = [...PAGE.matchAll(/\| +`?([^|`]*)`? +\|$/gm)].map(([, form = '']) => form);
    const prefixes = VECTORS.map(({ hash }) => /^\$([a-z]+)/.exec(importHash(hash))?.[1]);
    for (const prefix of new Set(prefixes)) {
      if (prefix !== undefined) expect(stored.join('\n')).toContain(`$${prefix}`);
    }
  });
});
