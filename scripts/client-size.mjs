// Says how large what a page loads is, minified and gzipped, and fails where a part is over its bound.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bytes. A kilobyte is 1,000 of them. */
const CORE = 5_000;
const ADAPTER = 1_500;

const src = new URL('../src/client/', import.meta.url).pathname;
const adapters = ['apollo', 'urql', 'relay', 'graphql-ws', 'react'];

/** What a page does now and then is a file of its own, loaded when it is done. */
const LATER = ['./live.js', './account.js', './probe.js'];

async function sizeOf(entry) {
  const { outputFiles } = await build({
    entryPoints: [src + entry],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    external: LATER,
    write: false,
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const parts = [
  ['client', 'index.ts', CORE],
  ...adapters.map((name) => [`client/${name}`, `adapters/${name}.ts`, ADAPTER]),
];
for (const [name, entry, bound] of parts) {
  const size = await sizeOf(entry);
  console.log(`${name.padEnd(18)} ${String(size).padStart(5)} of ${bound} bytes`);
  if (size > bound) process.exitCode = 1;
}
