import { constants, setPriority } from 'node:os';
import { openConnections, throughput } from './load.mjs';
import { cpuSeconds } from './cpu.mjs';
import { median, round } from './numbers.mjs';
import { say, table } from './report.mjs';

const GIVES_WAY = constants.priority.PRIORITY_LOW;
/** A round of one subject, in milliseconds. */
const ROUND_MS = 200;
/**
 * Before each round, unmeasured: who has waited comes with cold caches. Without it a second process of the base,
 * asked less often than the first, looked slower by 6 %.
 */
const LAP_MS = 100;
const WARM_UP_MS = 3_000;
const ROUNDS = 15;

/**
 * Compares subjects with a base: base, first, base, second, base … in each of the rounds, so that whatever
 * slows the machine meets both sides of a ratio.
 * @param {{ name: string, url: string, pid: number, requests: Buffer[] }} base
 * @param {object[]} subjects the same of each
 * @returns of each subject its share of the base, median, least and most; `drift`, by how much two rounds of
 * the base differed, one after the other: the median of all pairs
 */
export async function compare(base, subjects, { connections = 64, rounds = ROUNDS } = {}) {
  // The load would be on another machine: the stores, which share its core, come first.
  setPriority(GIVES_WAY);
  const sides = [base, ...subjects].map((side) => ({
    ...side,
    open: openConnections(side.url, connections),
    rates: [],
    answered: 0,
    cpu: 0,
  }));
  const [floor, ...others] = sides;
  const run = async (side) => {
    await throughput(side.open, side.requests, LAP_MS);
    const before = cpuSeconds(side.pid);
    const rate = await throughput(side.open, side.requests, ROUND_MS);
    side.cpu += cpuSeconds(side.pid) - before;
    side.answered += (rate * ROUND_MS) / 1_000;
    side.rates.push(rate);
    return rate;
  };
  for (const { open, requests } of sides) await throughput(open, requests, WARM_UP_MS);
  const unsteady = [];
  const shares = new Map(others.map(({ name }) => [name, []]));
  for (let n = 0; n < rounds; n += 1) {
    say(`  round ${n + 1} of ${rounds}`);
    let before = await run(floor);
    for (const side of others) {
      const rate = await run(side);
      const after = await run(floor);
      shares.get(side.name).push((2 * rate) / (before + after));
      unsteady.push(Math.abs(after / before - 1));
      before = after;
    }
  }
  for (const { open } of sides) for (const connection of open) connection.close();
  const cpuOf = ({ cpu, answered }) => cpu / answered;
  return {
    base: {
      name: base.name,
      perSecond: round(median(floor.rates)),
      cpuMicros: micros(cpuOf(floor)),
    },
    subjects: others.map((side) => ({
      name: side.name,
      ...spread(shares.get(side.name)),
      rounds: shares.get(side.name).map((share) => round(share, 3)),
      perSecond: round(median(side.rates)),
      cpuMicros: micros(cpuOf(side)),
    })),
    drift: round(median(unsteady), 3),
  };
}

const micros = (seconds) => round(seconds * 1e6);

const spread = (values, digits = 3) => ({
  share: round(median(values), digits),
  least: round(Math.min(...values), digits),
  most: round(Math.max(...values), digits),
});

/** How many times as many requests the one answers as the other, by the rounds of one comparison. */
export function ratio({ subjects }, one, other) {
  const roundsOf = (name) => subjects.find((subject) => subject.name === name).rounds;
  const others = roundsOf(other);
  const { share: times, ...rest } = spread(roundsOf(one).map((share, at) => share / others[at]));
  return { of: one, to: other, times, ...rest };
}

/** A comparison as a table, the base first. */
export function tableOf({ base, subjects }) {
  const row = ({ name, share = 1, least = 1, most = 1, perSecond, cpuMicros }) => [
    name,
    `${share.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`,
    perSecond,
    Number.isNaN(cpuMicros) ? '' : cpuMicros,
  ];
  const head = ['what', 'share (least to most)', 'requests a second', 'CPU µs a request'];
  return table(head, [row(base), ...subjects.map(row)]);
}
