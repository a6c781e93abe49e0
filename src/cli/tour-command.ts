import type { Command } from 'commander';
import { examples } from './cli.js';
import type { Cli } from './cli.js';

interface TourCommandOptions {
  readonly url?: string;
  readonly email?: string;
  readonly password?: string;
}

export function tourCommand(program: Command, _cli: Cli): void {
  program
    .command('tour')
    .description('walk the whole story with real requests, and tell each step')
    .option(
      '--url <url>',
      'of a running server; else one is started on an empty database of its own',
    )
    .option('--email <email>', 'of an admin of that server')
    .option('--password <password>', 'of that admin')
    .addHelpText(
      'after',
      examples('tour', 'tour --url http://127.0.0.1:4000 --email admin@example.com --password …'),
    )
    .action(async (options: TourCommandOptions) => {
      const { tour } = await import('./tour/index.js');
      await tour(options);
    });
}
