import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const USAGE = `npm run fuzz -- [options]
  --seconds N   how long each of the fuzzers goes on. Default 60
  --seed S      whole number; the same one makes the same plan. Default: by chance
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || !/^\d+$/.test(values.seconds) || !/^\d+$/.test(values.seed)) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 1);
}
const { seconds, seed } = values;
process.stdout.write(`seed ${seed}, ${seconds} s each\n`);
const names = ['test/fuzz', 'test/property/tokens', '--testNamePattern', 'seed'];
const jest = ['node_modules/jest/bin/jest.js', '--forceExit', '--runInBand', ...names];
const env = { ...process.env, FUZZ_SECONDS: seconds, FUZZ_SEED: seed };
spawn(process.execPath, jest, { stdio: 'inherit', env }).on('exit', (code) => {
  process.exitCode = code ?? 1;
});
