import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/**
 * UTF-16 units that are looked at: a password that begins well goes on as it likes. Looking costs up to
 * 30 ms for 64 units, and up to 700 ms for 256 with zxcvbn's own 100 substitutions.
 */
const LOOKED_AT = 64;
const SUBSTITUTIONS = 10;

/** Guesses by which a password must not be found, as zxcvbn counts them. */
const GUESSES = 1_000_000;

let estimator: Promise<ZxcvbnFactory> | undefined;

/**
 * Whether somebody who knows the account would guess the password.
 * @param about the e-mail address, the name
 */
export async function isGuessable(password: string, about: readonly string[]): Promise<boolean> {
  estimator ??= load();
  const words = about.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]);
  const known = [...new Set([...words, 'portcullis'])].filter((word) => word.length > 2);
  return (await estimator).check(password.slice(0, LOOKED_AT), known).guesses < GUESSES;
}

/** 20 MB and 0.1 s, for whoever asks first. */
async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Estimator }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Estimator({
    ...{ dictionary, graphs: adjacencyGraphs },
    ...{ maxLength: LOOKED_AT, l33tMaxSubstitutions: SUBSTITUTIONS },
  });
}
