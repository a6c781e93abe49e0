import type { Command } from 'commander';
import { SigningKeyStore } from '../stores/index.js';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { withServices } from './database.js';
import { print, printJson } from './output.js';
import { table } from './table.js';

export function keysCommand(program: Command, cli: Cli): void {
  const keys = program.command('keys').description('look at the keys that sign access tokens');
  keys
    .command('list')
    .description('list the signing keys, newest first')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('keys list', 'keys list --json'))
    .action(async ({ json }: OutputOptions) => {
      const listed = await withServices(cli.config(), async (deps, ring) => {
        const store = new SigningKeyStore(deps.clock);
        const records = await deps.database.read((db) => store.list(db));
        return records.map(({ kid, algorithm, createdAt }) => ({
          ...{ kid, algorithm, createdAt },
          use: kid === ring.active.kid ? 'signs and verifies' : 'verifies',
        }));
      });
      if (json) printJson(listed);
      else {
        const rows = listed.map((key) => [key.kid, key.algorithm, key.createdAt, key.use]);
        print(table(['KID', 'ALGORITHM', 'CREATED', 'USE'], rows));
      }
    });
}
