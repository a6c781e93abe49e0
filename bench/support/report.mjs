import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const ROOT = new URL('../../', import.meta.url);

/** Where and when it was measured, and how busy the machine was with other things before. */
export function machine() {
  return {
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
    loadBefore: Math.round(loadavg()[0] * 10) / 10,
  };
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'unknown';
  }
}

/** Keeps what was measured under bench/results/. */
export function keep(name, results) {
  mkdirSync(new URL('bench/results/', ROOT), { recursive: true });
  const file = new URL(`bench/results/${name}.json`, ROOT);
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(`\nKept in bench/results/${name}.json`);
}

/** A table in Markdown. */
export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` in a page. */
export async function writeBetween(page, name, text) {
  const file = fileURLToPath(new URL(page, ROOT));
  const before = readFileSync(file, 'utf8');
  const pattern = new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!pattern.test(before)) throw new Error(`${page} has no place for ${name}`);
  const after = before.replace(pattern, (_, open, close) => `${open}\n\n${text}\n\n${close}`);
  const options = { ...(await resolveConfig(file)), parser: 'markdown' };
  writeFileSync(file, await format(after, options));
  console.log(`Written into ${page}`);
}

export function say(line) {
  process.stderr.write(`${line}\n`);
}
