import { PasswordHasher } from '../../src/passwords/index.js';

const BUSY = { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS', extensions: { retryAfter: 1 } };

describe('a hashed password', () => {
  it('is Argon2id with its parameters and a salt of its own, and is verified by itself alone', async () => {
    const hasher = new PasswordHasher();
    const [one, two] = [await hasher.hash('right horse'), await hasher.hash('right horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await hasher.verify(one, 'right horse')).toBe(true);
    expect(await hasher.verify(one, 'right horse ')).toBe(false);
    expect(await hasher.verify(one, '')).toBe(false);
  });

  it('is the same whichever way an accent was typed', async () => {
    const hasher = new PasswordHasher();
    const stored = await hasher.hash('caf\u00e9 au lait');
    expect(await hasher.verify(stored, 'cafe\u0301 au lait')).toBe(true);
  });

  it('is false where there is no account, even for the password of the decoy', async () => {
    const hasher = new PasswordHasher();
    expect(await hasher.verify(undefined, 'right horse')).toBe(false);
    expect(await hasher.verify(undefined, 'no account has this password')).toBe(false);
  });
});

describe('the queue of the hasher', () => {
  it('refuses what it has no room for, without hashing, and serves all the others', async () => {
    const hasher = new PasswordHasher({ concurrency: 1, queue: 2 });
    expect(hasher.full).toBe(false);
    const served = [hasher.hash('a'), hasher.verify(undefined, 'b'), hasher.hash('c')];
    expect(hasher.full).toBe(true);
    await expect(hasher.hash('d')).rejects.toMatchObject(BUSY);
    await expect(hasher.verify(undefined, 'e')).rejects.toMatchObject(BUSY);
    const answers = await Promise.all(served);
    expect(answers).toEqual([expect.any(String), false, expect.any(String)]);
    expect(hasher.full).toBe(false);
    expect(await hasher.verify(await hasher.hash('f'), 'f')).toBe(true);
  });

  it('serves in order', async () => {
    const hasher = new PasswordHasher({ concurrency: 1 });
    const order: string[] = [];
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => hasher.hash(name).then(() => order.push(name))),
    );
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives the place back of a hash that fails', async () => {
    const hasher = new PasswordHasher({ concurrency: 1, queue: 1 });
    await expect(hasher.verify('no hash at all', 'x')).rejects.toThrow();
    await expect(hasher.verify('no hash at all', 'x')).rejects.toThrow();
    expect(hasher.full).toBe(false);
    expect(await hasher.hash('x')).toMatch(/^\$argon2id/);
  });
});
