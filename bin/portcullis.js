#!/usr/bin/env node
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Portcullis needs Node.js 20.19 or later; this is ${process.versions.node}.`);
} else if (await built()) {
  await import('../dist/cli/main.js');
}

/** A checkout builds itself; an installed package has no build script and comes built. */
async function built() {
  const script = new URL('../scripts/build.mjs', import.meta.url);
  if (!existsSync(script)) return true;
  const { build, BuildError } = await import(script.href);
  try {
    build();
    return true;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    fail(error.message);
    return false;
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
