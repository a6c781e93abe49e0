import { brokenIn, page, rowsOf, testsNamed, unknownSettingsIn } from './evidence.js';

const text = page('docs/threat-model.md');

describe('the threat model', () => {
  it('names tests that there are, for every threat one at least', () => {
    expect(brokenIn(text)).toEqual([]);
    const threats = text.slice(text.indexOf('## Threats'), text.indexOf('## What is left'));
    const rows = rowsOf(threats).filter(([first]) => first !== 'threat');
    expect(rows.length).toBeGreaterThan(50);
    const unheld = rows.filter((cells) => testsNamed(cells.join(' ')).length === 0);
    expect(unheld).toEqual([]);
  });

  it('names settings that there are', () => {
    expect(unknownSettingsIn(text)).toEqual([]);
  });

  it('has the sections that a reader looks for', () => {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Assets', 'Actors', 'Where trust ends', 'Threats', 'What is left']);
  });
});

describe.each(['docs/deployment.md', 'docs/asvs.md'])('%s', (name) => {
  it('names files, tests and settings that there are', () => {
    const other = page(name);
    expect(brokenIn(other)).toEqual([]);
    expect(unknownSettingsIn(other)).toEqual([]);
  });
});

it('SECURITY.md makes up no address to write to', () => {
  const security = page('SECURITY.md');
  expect(security).not.toMatch(/@[\w-]+\.\w+/);
  expect(security).toContain('private');
  expect(security).toContain('## Supported versions');
});
