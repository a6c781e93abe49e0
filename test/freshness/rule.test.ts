import { decide } from '../../src/freshness/rule.js';
import type { Knowledge } from '../../src/freshness/rule.js';

const ASK = { kind: 'ask' };
const pass = (source: string, staleness: number) => ({ kind: 'pass', source, staleness });

describe('the freshness rule', () => {
  it.each<[number | undefined, Knowledge, object]>([
    [30_000, { issue: 30_000 }, pass('issue', 30_000)],
    [30_000, { issue: 30_001 }, ASK],
    [30_000, { issue: 90_000, check: 5_000 }, pass('check', 5_000)],
    [30_000, { issue: 90_000, check: 60_000, mark: 900 }, pass('mark', 900)],
    [30_000, { issue: 1_000, check: 5_000, mark: 900_000 }, pass('issue', 1_000)],
    [0, { issue: 0, check: 0, mark: 0 }, ASK],
    [undefined, { issue: 900_000 }, pass('issue', 900_000)],
    [undefined, {}, ASK],
    [30_000, {}, ASK],
    [30_000, { issue: -4_000 }, pass('issue', 0)],
    [30_000, { issue: NaN, check: Infinity, mark: -Infinity }, ASK],
    [30_000, { issue: NaN, check: 7 }, pass('check', 7)],
    [-1, { issue: 0 }, ASK],
    [NaN, { issue: 0 }, ASK],
  ])('maxStale %s of %j', (maxStale, knowledge, expected) => {
    expect(decide(maxStale, knowledge)).toEqual(expected);
  });
});
