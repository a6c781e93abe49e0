import { normalize, sep } from 'node:path';

/** Whether a path that names no file may be meant as a pattern. */
export function isGlob(path: string): boolean {
  return /[*?{]/.test(path);
}

/** The folder below which everything lies that a pattern can match. */
export function fixedPart(pattern: string): string {
  const segments = pattern.split('/');
  const fixed = segments.slice(0, segments.findIndex(isGlob));
  if (fixed.length === 0) return '.';
  return fixed.join('/') || '/';
}

/** Matches paths by `*`, `?`, `**` for any number of folders, and `{one,other}`. */
export function matcherOf(pattern: string): (path: string) => boolean {
  const source = slashed(normalize(pattern)).replace(
    /\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[\\^$.|+()[\]{}]/g,
    (part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      if (part.length > 1) return `(?:${part.slice(1, -1).split(',').map(literal).join('|')})`;
      return literal(part);
    },
  );
  const expression = new RegExp(`^${source}$`);
  return (path) => expression.test(slashed(normalize(path)));
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
