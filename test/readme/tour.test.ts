import { TIMEOUT, portcullis } from './program.js';
import { blocksOf } from './readme.js';

/** What differs from tour to tour. */
const sameEveryTime = (text: string) =>
  text
    .replace(/ada\.\w{6}@/g, 'ada.…@')
    .replace(/(eyJ|prt)…[\w-]{5}/g, '$1…')
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<an id>')
    .replace(/\d+ ms\b/g, '… ms')
    .replace(/in \d+\.\d s\.$/m, 'in … s.');

const isDetail = (line: string) => /^ {5}[<>] /.test(line);

describe('the README’s tour', () => {
  it(
    'is what `portcullis tour` tells, with some details left out',
    async () => {
      const [shown = ''] = blocksOf('The tour', 'text');
      const output = await portcullis('tour');
      const told = sameEveryTime(output)
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('     PostgreSQL'));
      const lines = sameEveryTime(shown).trim().split('\n');
      expect(lines.filter((line) => !isDetail(line))).toEqual(
        told.filter((line) => !isDetail(line)),
      );
      for (const [sentence, details] of detailed(lines)) {
        expect({ sentence, details }).toEqual({ sentence, details: detailed(told).get(sentence) });
      }
    },
    TIMEOUT,
  );
});

/** The requests and answers below each sentence that has any. */
function detailed(lines: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let sentence = '';
  for (const line of lines) {
    if (isDetail(line)) found.set(sentence, [...(found.get(sentence) ?? []), line]);
    else if (/^ *\d+\. /.test(line)) sentence = line;
  }
  return found;
}
