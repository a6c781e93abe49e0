import { constants, setPriority } from 'node:os';
import { openConnections, throughput } from './load.mjs';
import { cpuSeconds } from './cpu.mjs';
import { median, medianWithin, round } from './numbers.mjs';
import { say, table } from './report.mjs';
import { rounds } from './rounds.mjs';

const GIVES_WAY = constants.priority.PRIORITY_LOW;
/** One side's turn, in milliseconds: short, since what slows the machine lasts for tenths of a second or for seconds. */
const LAP_MS = 60;
/**
 * Before it, unmeasured, where the other side had its turn: who has waited comes with cold caches. Without it a second
 * process of the base, asked less often than the first, looked slower by 6 %.
 */
const COLD_MS = 50;
/** Before the first comparison of a server, and before each further one, which asks for something else. */
const WARM_UP_MS = { first: rounds(3_000, 1_500), next: rounds(1_500, 500) };
const ROUNDS = rounds(45, 15);

/** Processes that were compared before. */
const warm = new Set();

/**
 * Compares subjects with a base. A round of a subject is base, subject, subject, base, so that a machine which becomes
 * slower or faster meanwhile is as much so for both; a round of all comes before the next of any.
 * @param {{ name: string, url: string, pid: number, requests: Buffer[] }} base
 * @param {object[]} subjects the same of each
 * @returns of each subject its share of the base, the median of its rounds, and from where to where that may be
 */
export async function compare(base, subjects, { connections = 64, most = ROUNDS } = {}) {
  // The load would be on another machine: the stores, which share its core, come first.
  setPriority(GIVES_WAY);
  const [floor, ...others] = [base, ...subjects].map((side) => ({
    ...side,
    open: openConnections(side.url, connections),
    rates: [],
    answered: 0,
    cpu: 0,
  }));
  const sides = [floor, ...others];
  const lap = async (side) => {
    const before = cpuSeconds(side.pid);
    const rate = await throughput(side.open, side.requests, LAP_MS);
    side.cpu += cpuSeconds(side.pid) - before;
    side.answered += (rate * LAP_MS) / 1_000;
    side.rates.push(rate);
    return rate;
  };
  const switchTo = async (side) => {
    await throughput(side.open, side.requests, COLD_MS);
    return lap(side);
  };
  for (const { pid, open, requests } of sides) {
    await throughput(open, requests, warm.has(pid) ? WARM_UP_MS.next : WARM_UP_MS.first);
    warm.add(pid);
  }
  const shares = new Map(others.map(({ name }) => [name, []]));
  for (let n = 0; n < most; n += 1) {
    say(`  round ${n + 1} of ${most}`);
    let last = await switchTo(floor);
    for (const side of others) {
      const rate = (await switchTo(side)) + (await lap(side));
      const first = last;
      last = await switchTo(floor);
      shares.get(side.name).push(rate / (first + last));
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
      ...placed(shares.get(side.name)),
      rounds: shares.get(side.name).map((share) => round(share, 3)),
      perSecond: round(median(side.rates)),
      cpuMicros: micros(cpuOf(side)),
    })),
  };
}

const micros = (seconds) => round(seconds * 1e6);

const placed = (values) => {
  const [from, to] = medianWithin(values);
  return { share: round(median(values), 3), from: round(from, 3), to: round(to, 3) };
};

/** How many times as many requests the one answers as the other, by the rounds of one comparison. */
export function ratio({ subjects }, one, other) {
  const roundsOf = (name) => subjects.find((subject) => subject.name === name).rounds;
  const others = roundsOf(other);
  return { of: one, other, ...placed(roundsOf(one).map((share, at) => share / others[at])) };
}

/** `0.88 (0.85 to 0.90)` */
export const inWords = ({ share, from, to }) =>
  `${share.toFixed(2)} (${from.toFixed(2)} to ${to.toFixed(2)})`;

/** A comparison as a table, the base first. */
export function tableOf({ base, subjects }) {
  const row = ({ name, share, from, to, perSecond, cpuMicros }) => [
    name,
    share === undefined ? '1' : inWords({ share, from, to }),
    perSecond,
    Number.isNaN(cpuMicros) ? '' : cpuMicros,
  ];
  const head = ['what', 'share (95 % sure)', 'requests a second', 'CPU µs a request'];
  return table(head, [row(base), ...subjects.map(row)]);
}
