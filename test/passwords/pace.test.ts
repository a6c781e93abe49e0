import { Pace } from '../../src/passwords/pace.js';

describe('the time of a wrong password', () => {
  it('is that of the hash alone where all are of one kind', () => {
    const pace = new Pace();
    expect([20, 90, 20].map((took) => pace.remaining('argon2id', took))).toEqual([0, 0, 0]);
  });

  it('is that of the slowest kind that is about, whichever kind it was', () => {
    const pace = new Pace();
    pace.remaining('bcrypt 12', 240);
    expect(pace.remaining('argon2id', 20)).toBe(220);
    expect(pace.remaining('pbkdf2-sha256 1000', 1)).toBe(239);
    expect(pace.remaining('bcrypt 12', 240)).toBe(0);
  });

  it('follows the load of the machine', () => {
    const pace = new Pace();
    for (const took of [240, 120, 120, 120, 120, 120, 120]) pace.remaining('bcrypt 12', took);
    const left = pace.remaining('argon2id', 20);
    expect(left).toBeGreaterThan(100);
    expect(left).toBeLessThan(105);
  });
});
