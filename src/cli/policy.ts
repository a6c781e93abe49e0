import type { Command } from 'commander';
import type { PolicyEntry } from '../policy/index.js';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { print, printJson } from './output.js';
import { table } from './table.js';

export function policyCommand(program: Command, cli: Cli): void {
  program
    .command('policy')
    .description('show what every field of the schema demands, and what is probably not meant')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
public      yes: the field itself asks for nothing; a field above it may
scopes      one of the alternatives must be held whole
maxAuthAge  seconds since the password was last entered
maxStale    seconds that the knowledge of the session may be old; 0 asks the database now;
            any: every revocation that the node has heard of counts
${examples('policy', 'policy --json')}`,
    )
    .action(async ({ json }: OutputOptions) => {
      const { createPolicy } = await import('../graphql/index.js');
      const policy = createPolicy({ authMaxStale: cli.config().authMaxStale });
      const { warnings } = policy;
      if (json) {
        printJson({ fields: policy.entries(), warnings });
        return;
      }
      const headings = ['FIELD', 'PUBLIC', 'SCOPES', 'MAX AUTH AGE', 'MAX STALE'];
      print(table(headings, policy.entries().map(row)));
      if (warnings.length > 0) print(`\nWarnings:\n  ${warnings.join('\n  ')}`);
    });
}

function row(entry: PolicyEntry) {
  return [
    entry.coordinate,
    entry.public ? 'yes' : 'no',
    entry.scopes.map((all) => all.join(' and ')).join(', or '),
    entry.maxAuthAge,
    entry.public ? null : (entry.maxStale ?? 'any'),
  ];
}
