import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { EXAMPLES, readmeOf } from './example.js';

/** At most so many lines are new or otherwise, from an Apollo Server to a working @critical field. */
const LIMIT = 10;

function diff(): string[] {
  const files = ['before.mjs', 'after.mjs'].map((name) => join(EXAMPLES, 'apollo', name));
  try {
    execFileSync('diff', ['-u', ...files]);
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: Buffer };
    const [, , ...lines] = stdout.toString().split('\n');
    return lines.filter((line) => /^[+-]/.test(line));
  }
}

describe('the diff of the Apollo Server that gains Portcullis', () => {
  it(`changes at most ${LIMIT} lines`, () => {
    const added = diff().filter((line) => line.startsWith('+'));
    const removed = diff().filter((line) => line.startsWith('-'));
    expect(added.length).toBeLessThanOrEqual(LIMIT);
    expect(added.length).toBeGreaterThan(0);
    expect(removed.length).toBeLessThanOrEqual(added.length);
    expect(added.join('\n')).toContain('@critical');
  });

  it('is what the README shows', () => {
    const [, shown = ''] = /^```diff\n([\s\S]*?)^```$/m.exec(readmeOf('apollo')) ?? [];
    expect(shown.trimEnd().split('\n')).toEqual(diff());
  });
});
