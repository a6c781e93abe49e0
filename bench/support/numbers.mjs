/** The value below which this part of them lies; `part` from 0 to 1. */
function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * From where to where the median of all that could be drawn lies, with some 95 % certainty, whatever their distribution:
 * two of the sorted values (Conover, Practical Nonparametric Statistics, 3.2). Of fewer than six, the first and the last.
 */
export function medianWithin(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const spread = 1.96 * Math.sqrt(sorted.length);
  const first = Math.max(0, Math.floor((sorted.length - spread) / 2));
  return [sorted[first], sorted[sorted.length - 1 - first]];
}

/** To so many digits behind the point. */
export function round(value, digits = 0) {
  return Number(value.toFixed(digits));
}

/** p50, p99 and the largest. */
export function summary(values, digits = 1) {
  return {
    samples: values.length,
    p50: round(median(values), digits),
    p99: round(quantile(values, 0.99), digits),
    max: round(Math.max(...values), digits),
  };
}
