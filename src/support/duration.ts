const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads `5m`, `30s`, `14d`, `250ms` or `0` as milliseconds; `undefined` when it is none of these.
 * A bare number other than 0 has no unit and is refused.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) return text.trim() === '0' ? 0 : undefined;
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** The shortest exact form that `parseDuration` reads back: 300000 is `5m`. */
export function formatDuration(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (milliseconds >= UNITS[unit] && milliseconds % UNITS[unit] === 0) {
      return `${milliseconds / UNITS[unit]}${unit}`;
    }
  }
  return milliseconds === 0 ? '0s' : `${milliseconds}ms`;
}
