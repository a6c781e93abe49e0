import { Option } from 'commander';
import type { Command } from 'commander';
import { JSON_FLAG } from './cli.js';
import type { Cli } from './cli.js';
import type { PolicyOptions } from './policy/answer.js';
import { POLICY_HELP } from './policy/help.js';
import { parseNames } from './policy/names.js';

export function policyCommand(program: Command, cli: Cli): void {
  program
    .command('policy')
    .description('show what every field of the schema demands, and what is probably not meant')
    .option('--schema <path...>', 'files, folders or globs of SDL; without it, our own schema')
    .option('--names <names>', 'what its directives are called, if otherwise', parseNames)
    .addOption(new Option('--snapshot <file>', 'write what every field demands').conflicts('check'))
    .option('--check <file>', 'compare with a snapshot; fails when a field is less guarded')
    .option('--html <file>', 'draw the schema as one page that needs nothing beside itself')
    .option(...JSON_FLAG)
    .addHelpText('after', POLICY_HELP)
    .action(async (options: PolicyOptions, command: Command) => {
      if (options.names && !options.schema) command.error("error: '--names' goes with '--schema'");
      const { answerPolicy } = await import('./policy/answer.js');
      await answerPolicy(cli, options);
    });
}
