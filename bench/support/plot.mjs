import { mkdirSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../results/', import.meta.url);
const WIDTH = 760;
const LABELS = 300;
const ROW = 26;
const TOP = 56;
const FOOT = 40;

/** Readable on a light page and on a dark one. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .note, .tick { font-size: 11px; fill: #59636e }
  .grid { stroke: #d1d9e0 }
  .spread { stroke: #1f2328; stroke-width: 1.5 }
  .ours { fill: #2f6f4f } .base { fill: #59636e } .peer { fill: #9aa7b4 }
  .page { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .note, .tick { fill: #9198a1 } .grid { stroke: #3d444d }
    .spread { stroke: #f0f6fc } .ours { fill: #57ab7f } .base { fill: #9198a1 } .peer { fill: #656c76 }
    .page { fill: #0d1117 }
  }`;

/**
 * Draws bars with their spread, and keeps them under bench/results/.
 * @param {string} name of the file, without its ending
 * @param {{ label: string, value: number, least: number, most: number, kind: 'ours' | 'base' | 'peer' }[]} bars
 */
export function plot(name, { title, note, bars, digits = 2 }) {
  const most = Math.max(...bars.map((bar) => bar.most));
  const step = stepOf(most);
  const last = Math.ceil(most / step) * step;
  const x = (value) => LABELS + ((WIDTH - LABELS - 60) * value) / last;
  const bottom = TOP + bars.length * ROW;
  const ticks = Array.from({ length: Math.round(last / step) + 1 }, (_, at) => at * step);
  const lines = [
    ...ticks.map(
      (value) =>
        `<line class="grid" x1="${at(x(value))}" x2="${at(x(value))}" y1="${TOP - 6}" y2="${bottom}"/>` +
        `<text class="tick" text-anchor="middle" x="${at(x(value))}" y="${bottom + 14}">${trim(value)}</text>`,
    ),
    ...bars.map((bar, index) => barOf(bar, TOP + index * ROW, { x, digits })),
  ];
  const height = bottom + FOOT;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
<style>${STYLE}</style>
<rect class="page" width="${WIDTH}" height="${height}" rx="6"/>
<text class="title" x="16" y="28">${escaped(title)}</text>
${lines.join('\n')}
<text class="note" x="16" y="${height - 8}">${escaped(note)}</text>
</svg>
`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(new URL(`${name}.svg`, FOLDER), svg);
  console.log(`Drawn in bench/results/${name}.svg`);
}

function barOf({ label, value, least, most, kind }, y, { x, digits }) {
  const middle = y + ROW / 2 - 2;
  return [
    `<text text-anchor="end" x="${LABELS - 10}" y="${middle + 4}">${escaped(label)}</text>`,
    `<rect class="${kind}" x="${LABELS}" y="${y}" width="${at(x(value) - LABELS)}" height="${ROW - 6}" rx="2"/>`,
    `<line class="spread" x1="${at(x(least))}" x2="${at(x(most))}" y1="${middle}" y2="${middle}"/>`,
    `<text class="tick" x="${at(x(Math.max(most, value)) + 6)}" y="${middle + 4}">${value.toFixed(digits)}</text>`,
  ].join('');
}

/** Of 1, 2 or 5 times a power of ten: some five lines. */
function stepOf(most) {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= rough) ?? rough;
}

const at = (value) => Number(value.toFixed(1));
const trim = (value) => String(Number(value.toPrecision(3)));
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
