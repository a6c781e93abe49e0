import { median, medianWithin, round } from './numbers.mjs';

/**
 * Measures variants one after the other, again and again, so that what slows the machine slows all of them;
 * every second round the other way around. Answers the samples of each, by its name.
 * @param {string[]} names of the variants; with the first the others are compared
 * @param {(name: string) => Promise<Record<string, number>>} measure
 */
export async function interleave(names, rounds, measure) {
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let n = 0; n < rounds; n += 1) {
    for (const name of n % 2 === 0 ? names : names.toReversed()) {
      samples[name].push(await measure(name));
    }
  }
  return samples;
}

/** The median, and the least and the most. */
export function spread(values, digits = 2) {
  return {
    median: round(median(values), digits),
    least: round(Math.min(...values), digits),
    most: round(Math.max(...values), digits),
  };
}

/** By how much each round's value is that of the same round of the other. */
export function ratios(samples, base, key, digits = 2) {
  return spread(ratiosOf(samples, base, key), digits);
}

/** The same: the median, and from where to where that lies, 95 % sure. */
export function placedRatios(samples, base, key, digits = 2) {
  const values = ratiosOf(samples, base, key);
  const [least, most] = medianWithin(values).map((value) => round(value, digits));
  return { median: round(median(values), digits), least, most };
}

const ratiosOf = (samples, base, key) => samples.map((sample, at) => sample[key] / base[at][key]);

/** `1.02 (0.97 to 1.10)` */
export const inWords = ({ median: middle, least, most }) => `${middle} (${least} to ${most})`;
