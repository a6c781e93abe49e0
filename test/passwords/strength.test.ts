import { requireStrongPassword } from '../../src/passwords/index.js';

const refused = (password: string) => {
  try {
    requireStrongPassword(password, 'input.password');
    return undefined;
  } catch (error) {
    return (error as { extensions: unknown }).extensions;
  }
};
const BAD = { code: 'BAD_USER_INPUT', reason: 'input.password' };

describe('a new password', () => {
  it.each([
    ['1234567', BAD],
    ['12345678', undefined],
    ['💧💧💧💧💧💧💧', BAD],
    ['💧💧💧💧💧💧💧💧', undefined],
    ['e\u0301'.repeat(7), BAD],
    ['e\u0301'.repeat(8), undefined],
    ['', BAD],
  ])('%j needs eight characters as a reader counts them', (password, expected) => {
    expect(refused(password)).toEqual(expected);
  });

  it('may be long, but not without end', () => {
    expect(refused('x'.repeat(1_000))).toBeUndefined();
    expect(refused('x'.repeat(1_001))).toEqual(BAD);
    expect(refused('x'.repeat(1_000_000))).toEqual(BAD);
  });
});
