import type { Command } from 'commander';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { print, printJson } from './output.js';
import { table } from './table.js';

export function configCommand(program: Command, cli: Cli): void {
  program
    .command('config')
    .description('show every setting, secrets masked; fails when one is not valid')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('config', 'config --json'))
    .action(async ({ json }: OutputOptions) => {
      const { describeConfig } = await import('../config/index.js');
      const settings = describeConfig(cli.env);
      if (json) {
        printJson(
          settings.map(({ name, value, source, describes: description }) => ({
            name,
            value: source === 'unset' ? null : value,
            source,
            description,
          })),
        );
      } else {
        const rows = settings.map((each) => [each.name, each.value, each.source, each.describes]);
        print(table(['NAME', 'VALUE', 'SOURCE', 'DESCRIPTION'], rows));
      }
      await cli.config();
    });
}
