import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { auditCommand } from './audit.js';
import { examples } from './cli.js';
import type { Cli } from './cli.js';
import { configCommand } from './config.js';
import { documentsCommand } from './documents.js';
import { keysCommand } from './keys.js';
import { migrateCommand } from './migrate.js';
import { note } from './output.js';
import { policyCommand } from './policy.js';
import { sessionCommand } from './session.js';
import { startCommand } from './start.js';
import { tourCommand } from './tour-command.js';
import { userCommand } from './user.js';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const commands = [
  ...[startCommand, migrateCommand, configCommand, userCommand],
  ...[sessionCommand, keysCommand, auditCommand, policyCommand],
  ...[documentsCommand, tourCommand],
];

/** Runs one command line, without the program's own name. Answers the exit code. */
export async function run(args: readonly string[], env: Cli['env']): Promise<number> {
  // What a command needs is loaded when it runs: to tell its help it needs next to nothing.
  const cli: Cli = {
    env,
    config: async () => (await import('../config/index.js')).readConfig(env),
  };
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

  for (const register of commands) register(program, cli);

  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Help and the version are told by an error too, but are none; of others commander has told.
    if (error instanceof CommanderError) return error.exitCode;
    const { describeFailure } = await import('./failures.js');
    note(describeFailure(error, ['debug', 'trace'].includes(env['LOG_LEVEL'] ?? '')));
    return 1;
  }
}
