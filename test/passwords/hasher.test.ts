import { PasswordHasher, isPresent } from '../../src/passwords/index.js';

const BUSY = { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS', extensions: { retryAfter: 1 } };

const reported: object[] = [];
const hasher = new PasswordHasher({
  ...{ threads: 1, queue: 4 },
  report: (facts, message) => reported.push({ ...facts, message }),
});
afterAll(() => hasher.close());

describe('a hashed password', () => {
  it('is Argon2id with its parameters and a salt of its own, and is verified by itself alone', async () => {
    const [one, two] = [await hasher.hash('right horse'), await hasher.hash('right horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(isPresent(one)).toBe(true);
    expect(await hasher.verify(one, 'right horse')).toBe(true);
    expect(await hasher.verify(one, 'right horse ')).toBe(false);
    expect(await hasher.verify(one, '')).toBe(false);
  });

  it('is the same whichever way an accent was typed', async () => {
    const stored = await hasher.hash('caf\u00e9 au lait');
    expect(await hasher.verify(stored, 'cafe\u0301 au lait')).toBe(true);
  });

  it('counts to its last character', async () => {
    const stored = await hasher.hash('x'.repeat(1_000));
    expect(await hasher.verify(stored, 'x'.repeat(1_000))).toBe(true);
    expect(await hasher.verify(stored, 'x'.repeat(999))).toBe(false);
  });

  it('is false where there is no account', async () => {
    expect(await hasher.verify(undefined, 'right horse')).toBe(false);
  });

  it.each([
    'no hash at all',
    '',
    '$argon2id$v=19$m=19456,t=2,p=1$c29t$AAAA',
    '$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    '$scrypt$ln=30,r=8,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ])('that cannot be used is false, and the log says so without it: %j', async (stored) => {
    reported.length = 0;
    expect(await hasher.verify(stored, 'x', 'user 1')).toBe(false);
    expect(reported).toEqual([
      { userId: 'user 1', message: expect.stringMatching(/^a stored password hash [a-z -]+$/) },
    ]);
  });
});

describe('the queue of the hasher', () => {
  it('refuses what it has no room for, without hashing, and serves the others in order', async () => {
    expect(hasher.full).toBe(false);
    const order: string[] = [];
    const served = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      hasher.hash(name).then(() => order.push(name)),
    );
    expect(hasher.full).toBe(true);
    await expect(hasher.hash('f')).rejects.toMatchObject(BUSY);
    await expect(hasher.verify(undefined, 'g')).rejects.toMatchObject(BUSY);
    await expect(hasher.requireStrong('fifteen letters', 'x')).rejects.toMatchObject(BUSY);
    await Promise.all(served);
    expect(order).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(hasher.full).toBe(false);
  });
});
