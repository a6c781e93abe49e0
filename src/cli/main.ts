import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { readConfig } from '../config/index.js';
import { examples } from './cli.js';
import type { Cli } from './cli.js';
import { configCommand } from './config.js';
import { describeFailure, exitCodeOf } from './failures.js';
import { keysCommand } from './keys.js';
import { migrateCommand } from './migrate.js';
import { note, tolerateClosedPipes } from './output.js';
import { policyCommand } from './policy.js';
import { sessionCommand } from './session.js';
import { startCommand } from './start.js';
import { tourCommand } from './tour-command.js';
import { userCommand } from './user.js';

const { env } = process;
const cli: Cli = { env, config: () => readConfig(env) };

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const program = new Command('portcullis')
  .description('The gate in front of a GraphQL API. Settings come from the environment.')
  .version(version)
  // Thrown rather than exited on: what was written must have gone out before the process ends.
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => {
      write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`);
    },
  })
  .addHelpText('after', examples('start', 'user add --email ada@example.com --scope admin'));

const commands = [
  ...[startCommand, migrateCommand, configCommand, userCommand],
  ...[sessionCommand, keysCommand, policyCommand, tourCommand],
];
for (const register of commands) register(program, cli);

tolerateClosedPipes();
try {
  await program.parseAsync();
} catch (error) {
  const debug = env['LOG_LEVEL'] === 'debug' || env['LOG_LEVEL'] === 'trace';
  const text = describeFailure(error, debug);
  if (text !== undefined) note(text);
  process.exitCode = exitCodeOf(error);
}
