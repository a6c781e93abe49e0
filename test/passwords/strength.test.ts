import { PasswordHasher } from '../../src/passwords/index.js';

const hasher = new PasswordHasher();
const lenient = new PasswordHasher({ minLength: 8 });
afterAll(() => Promise.all([hasher.close(), lenient.close()]));

const ABOUT = ['ada.lovelace@analytical.example', 'Ada Byron'];
const asked = (password: string, judge = hasher): Promise<unknown> =>
  judge.requireStrong(password, 'input.password', ABOUT).then(
    () => undefined,
    (error: unknown) => error,
  );
const refused = async (password: string, judge = hasher) =>
  ((await asked(password, judge)) as { extensions: unknown } | undefined)?.extensions;
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
    expect(await refused('8 longer', lenient)).toBeUndefined();
    expect(await refused('7 short', lenient)).toEqual(BAD);
  });

  it('may be long, but not without end', async () => {
    const long = Array.from({ length: 250 }, (_, n) => `${(n * 7919) % 997}`.padStart(4, 'x'));
    expect(await refused(long.join(''))).toBeUndefined();
    expect(await refused(`${long.join('')}.`)).toEqual(BAD);
    expect(await refused('x'.repeat(1_000_000))).toEqual(BAD);
  });

  it.each([
    '123456789012345',
    'passwordpassword',
    'P@ssw0rdP@ssw0rd',
    'qwertyuiopasdfgh',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    'iloveyouiloveyou',
    'portcullisportcullis',
    'ada.lovelace@analytical.example',
    'lovelacelovelace',
  ])(
    'is refused where it is easily guessed, in words that do not repeat it: %s',
    async (password) => {
      expect(await asked(password)).toMatchObject({
        message:
          'The password is too easy to guess: it is common, repeats itself, or names the account.',
        extensions: BAD,
      });
    },
  );

  it.each([
    'correct horse battery staple',
    'a long password',
    'Test-Password-1234!',
    'all lower case without a digit',
    '  spaces  around  it  ',
    'пароль, который долго набирать',
  ])('needs no composition: %s', async (password) => {
    expect(await refused(password)).toBeUndefined();
  });
});
