/** `--thorough`: as long as the documentation's figures took; without it a third to a half of that, less sure. */
const THOROUGH = process.env.BENCH_THOROUGH === 'true';

/** How many rounds, or how long one is. */
export const rounds = (thorough, otherwise) => (THOROUGH ? thorough : otherwise);
