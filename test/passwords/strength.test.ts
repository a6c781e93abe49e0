import { PasswordHasher } from '../../src/passwords/index.js';

const refused = async (password: string, minLength?: number) => {
  const hasher = new PasswordHasher(minLength === undefined ? {} : { minLength });
  const asked = hasher.requireStrong(password, 'input.password');
  return asked.then(
    () => undefined,
    (error: { extensions: unknown }) => error.extensions,
  );
};
const BAD = { code: 'BAD_USER_INPUT', reason: 'input.password' };

describe('a new password', () => {
  it.each([
    ['fourteen chars', BAD],
    ['fifteen letters', undefined],
    ['💧🌵🦔🍄🦉🌻🐙🍋🚲🎻🗝🧭🪶🐚', BAD],
    ['💧🌵🦔🍄🦉🌻🐙🍋🚲🎻🗝🧭🪶🐚🫖', undefined],
    ['fourte\u0301n chars', BAD],
    ['fifte\u0301n letters.', undefined],
    ['', BAD],
  ])('%j needs 15 characters as a reader counts them', async (password, expected) => {
    expect(await refused(password)).toEqual(expected);
  });

  it('may be shorter where the operator says so', async () => {
    expect(await refused('8 longer', 8)).toBeUndefined();
    expect(await refused('7 short', 8)).toEqual(BAD);
  });

  it('may be long, but not without end', async () => {
    const long = Array.from({ length: 250 }, (_, n) => `${(n * 7919) % 997}`.padStart(4, 'x'));
    expect(await refused(long.join(''))).toBeUndefined();
    expect(await refused(`${long.join('')}.`)).toEqual(BAD);
    expect(await refused('x'.repeat(1_000_000))).toEqual(BAD);
  });
});
