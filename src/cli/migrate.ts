import type { Command } from 'commander';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { withDatabase } from './database.js';
import { print, printJson } from './output.js';

export function migrateCommand(program: Command, cli: Cli): void {
  program
    .command('migrate')
    .description('apply the migrations that the database lacks, and name them')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('migrate', 'migrate --json'))
    .action(async ({ json }: OutputOptions) => {
      const applied = await withDatabase(await cli.config(), (_url, names) =>
        Promise.resolve(names),
      );
      if (json) printJson({ applied });
      else if (applied.length === 0) print('Up to date.');
      else print(applied.map((name) => `Applied ${name}`).join('\n'));
    });
}
