import { table } from '../../src/cli/table.js';

describe('a table', () => {
  it('lines its columns up and leaves no blanks at the ends of lines', () => {
    const printed = table(
      ['NAME', 'AGE'],
      [
        ['Ada', 36],
        ['Grace Hopper', null],
      ],
    );
    expect(printed).toBe('NAME          AGE\nAda           36\nGrace Hopper  -\n');
  });

  it('shows times in ISO 8601 and nothing as a dash', () => {
    const at = new Date('2030-01-31T12:00:00Z');
    expect(table(['AT', 'BY'], [[at, '']])).toBe(
      'AT                        BY\n2030-01-31T12:00:00.000Z  -\n',
    );
  });

  it('counts a character outside the basic plane once', () => {
    expect(table(['A', 'B'], [['\u{1d11e}', 'x']])).toBe('A  B\n\u{1d11e}  x\n');
  });

  it.each([
    ['an escape sequence', 'a\u001b[2Jb'],
    ['its one-byte form', 'a\u009b2Jb'],
    ['a line break', 'a\nb'],
    ['a turn of the writing', 'a\u202eb'],
    ['a line separator', 'a\u2028b'],
  ])('lets %s of a stranger not reach the terminal', (_, text) => {
    expect(table(['DEVICE'], [[text]])).toBe(`DEVICE\n${text.replace(/[^\w[]/, '\u{fffd}')}\n`);
  });
});
