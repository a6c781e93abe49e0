import { brokenIn, page, rowsOf, testsNamed, unknownSettingsIn } from './evidence.js';

/** Level 1 and 2 of ASVS 5.0.0: chapter and section, and which of its requirements. */
const REQUIRED: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['V6.1', [1], [2, 3]],
  ['V6.2', [1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, 12]],
  ['V6.3', [1, 2], [3, 4]],
  ['V6.4', [1, 2], [3, 4]],
  ['V6.5', [], [1, 2, 3, 4, 5]],
  ['V6.6', [], [1, 2, 3]],
  ['V6.8', [], [1, 2, 3, 4]],
  ['V7.1', [], [1, 2, 3]],
  ['V7.2', [1, 2, 3, 4], []],
  ['V7.3', [], [1, 2]],
  ['V7.4', [1, 2], [3, 4, 5]],
  ['V7.5', [], [1, 2]],
  ['V7.6', [], [1, 2]],
  ['V8.1', [1], [2]],
  ['V8.2', [1, 2], [3]],
  ['V8.3', [1], []],
  ['V8.4', [], [1]],
  ['V9.1', [1, 2, 3], []],
  ['V9.2', [1], [2, 3, 4]],
];

const text = page('docs/asvs.md');
const rows = rowsOf(text).filter(([first = '']) => /^V\d/.test(first));

describe('the page on ASVS', () => {
  it('has every requirement of level 1 and 2 once, in order, with its level', () => {
    const wanted = REQUIRED.flatMap(([section, one, two]) =>
      [...one.map((n) => [n, '1'] as const), ...two.map((n) => [n, '2'] as const)]
        .sort(([a], [b]) => a - b)
        .map(([n, level]) => [`${section}.${n}`, level]),
    );
    expect(rows.map(([number, level]) => [number, level])).toEqual(wanted);
  });

  it('names tests, pages and settings that there are', () => {
    expect(brokenIn(text)).toEqual([]);
    expect(unknownSettingsIn(text)).toEqual([]);
  });

  it('says of each what holds it: a test, a setting, a page, or a reason', () => {
    const bare = rows.filter(([, , , is = '', by = '']) => {
      const isHeld = testsNamed(by).length > 0 || /`[^`]+`|\]\(/.test(by);
      return is === 'met' ? !isHeld && by.length < 20 : by.length < 10;
    });
    expect(bare).toEqual([]);
    const words = new Set(rows.map(([, , , is]) => is));
    expect(words).toEqual(new Set(['met', 'partly', 'not met', 'does not apply']));
  });

  it('lists what is missing, all of it', () => {
    const missing = text.slice(text.indexOf('## What is missing'), text.indexOf('## Written down'));
    const listed = missing.match(/V\d\.\d+\.\d+/g) ?? [];
    const open = rows
      .filter(([, , , is = '']) => /partly|not met/.test(is))
      .map(([number]) => number);
    expect(new Set(listed)).toEqual(new Set(open));
  });
});
