import { performance } from 'node:perf_hooks';
import { isGuessable } from './guessable.js';
import { decoy, hashNow } from './kinds/argon2.js';
import { readHash } from './kinds/index.js';
import { HashError } from './kinds/kind.js';
import type { StoredHash } from './kinds/kind.js';
import { normalisePassword } from './normalise.js';

/** What a thread is asked to do, and what it answers. */
export interface Work {
  readonly hash: { readonly asks: { readonly password: string }; readonly answers: string };
  readonly verify: {
    readonly asks: { readonly password: string; readonly stored: string | undefined };
    readonly answers: Verdict;
  };
  readonly judge: {
    readonly asks: { readonly password: string; readonly about: readonly string[] };
    readonly answers: boolean;
  };
}

export interface Verdict {
  readonly matches: boolean;
  /** The kind and cost of the hash. */
  readonly label: string;
  /** Milliseconds that it took. */
  readonly took: number;
  /** Why the stored hash could not be used. */
  readonly unreadable: string | undefined;
}

export type Task = keyof Work;

type Answer<T extends Task> = Work[T]['answers'];

export const COMPUTE: {
  [T in Task]: (asks: Work[T]['asks']) => Answer<T> | Promise<Answer<T>>;
} = {
  hash: ({ password }) => hashNow(Buffer.from(normalisePassword(password))),
  verify: ({ password, stored }) => verify(stored, password),
  judge: ({ password, about }) => isGuessable(normalisePassword(password), about),
};

/** Verified against when there is no hash, so that its absence takes as long as a wrong password. */
const nobody = readHash(decoy());

function verify(stored: string | undefined, password: string): Verdict {
  const began = performance.now();
  // What others hashed they may have hashed as it was typed.
  const forms = new Set([normalisePassword(password), password]);
  const compare = (hash: StoredHash) => [...forms].some((form) => hash.verify(Buffer.from(form)));
  let answer: Pick<Verdict, 'matches' | 'label' | 'unreadable'>;
  try {
    const hash = stored === undefined ? nobody : readHash(stored);
    const matches = compare(hash) && stored !== undefined;
    answer = { matches, label: hash.label, unreadable: undefined };
  } catch (error) {
    // The words of others may quote the hash.
    const unreadable = error instanceof HashError ? error.message : 'cannot be computed';
    compare(nobody);
    answer = { matches: false, label: nobody.label, unreadable };
  }
  return { ...answer, took: performance.now() - began };
}
