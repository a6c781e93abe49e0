import { makePlan } from './plan.js';

it('a seed makes one plan, however often, and another seed another', () => {
  const plan = (seed: number) => makePlan({ seed, lasts: 20_000, faults: true });
  expect(plan(7)).toEqual(plan(7));
  expect(plan(8)).not.toEqual(plan(7));
});

it('a plan of 20 seconds has troubles of the nodes and of the database', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { faults } = makePlan({ seed, lasts: 20_000, faults: true });
    expect(faults.some((fault) => 'node' in fault)).toBe(true);
    expect(faults.some((fault) => !('node' in fault))).toBe(true);
  }
});

it('a plan of 14 seconds has a fail-over, where there is a standby', () => {
  const kinds = (seed: number, failOver: boolean) =>
    makePlan({ seed, lasts: 14_000, faults: true, failOver }).faults.map(({ kind }) => kind);
  for (let seed = 0; seed < 50; seed += 1) {
    expect(kinds(seed, true)).toContain('fail over');
    expect(kinds(seed, false)).not.toContain('fail over');
  }
});
