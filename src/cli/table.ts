type Cell = string | number | Date | null;

/** Rows under their headings, in columns that line up; nothing is cut. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [headings, ...rows].map((line) => line.map(show));
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => width(line[column] ?? ''))),
  );
  const pad = (text: string, column: number) =>
    text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(text)));
  return lines.map((line) => `${line.map(pad).join('  ').trimEnd()}\n`).join('');
}

function show(cell: Cell): string {
  if (cell === null || cell === '') return '-';
  return printable(cell instanceof Date ? cell.toISOString() : String(cell));
}

/**
 * Text that strangers chose, such as the name of a device: what would steer the operator's terminal,
 * or turn the writing around, is shown as a mark instead.
 */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}

function width(text: string): number {
  return [...text].length;
}
