import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');

export interface Block {
  /** The heading that it stands under. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
  /** Marked as what the block before it prints. */
  readonly isAnswer: boolean;
}

const README = readFileSync(resolve(ROOT, 'README.md'), 'utf8');
const FENCE = /(<!-- answer -->\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm;

const sections = README.split(/^## /m).map((text) => ({
  title: text.slice(0, text.indexOf('\n')),
  text,
}));

/** Every fenced block, in order. */
export const blocks: readonly Block[] = sections.flatMap(({ title, text }) =>
  [...text.matchAll(FENCE)].map(([, answer, language = '', body = '']) => ({
    section: title,
    language,
    text: body,
    isAnswer: answer !== undefined,
  })),
);

/** What the README says under a heading. */
export function blocksOf(section: string, language: string): string[] {
  const found = blocks.filter((each) => each.section === section && each.language === language);
  if (found.length === 0) throw new Error(`no ${language} under "${section}"`);
  return found.map(({ text }) => text);
}

/** The cells of the table under a heading of a page, without its head. */
export function tableIn(page: string, title: string): string[][] {
  const text = page.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? '';
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The same of the README. */
export function tableOf(title: string): string[][] {
  return tableIn(README, title);
}

/** Text in backticks, without them. */
export function unquoted(cell: string): string {
  return cell.replaceAll('`', '');
}
