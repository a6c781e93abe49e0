import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Option } from 'commander';
import type { Command } from 'commander';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { withServices } from './database.js';
import { print, printJson } from './output.js';
import { userJson, userTable } from './user-view.js';

interface AddOptions extends OutputOptions {
  readonly email: string;
  readonly password?: string;
  readonly passwordStdin?: true;
  readonly name?: string;
  readonly scope?: readonly string[];
}

export function userAddCommand(user: Command, cli: Cli): void {
  const visible = 'the password; other users of this machine may see it, unlike --password-stdin';
  user
    .command('add')
    .description('make an account; without a password one is made up and told once')
    .requiredOption('--email <email>', 'what the user signs in with')
    .addOption(new Option('--password <password>', visible).conflicts('passwordStdin'))
    .option('--password-stdin', 'read the password from standard input')
    .option('--name <name>', 'how the user is called')
    .option('--scope <scope...>', 'what the user may do; may be repeated')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'user add --email ada@example.com --name "Ada Lovelace"',
        'user add --email ops@example.com --scope admin --password-stdin < password.txt',
      ),
    )
    .action(async (options: AddOptions) => {
      const config = await cli.config();
      const given = options.passwordStdin ? await readPassword() : options.password;
      const password = given ?? randomBytes(15).toString('base64url');
      const { email, name = null, scope: scopes = [] } = options;
      const created = await withServices(config, (deps, services) =>
        services.createUser(deps, { input: { email, password, name, scopes } }),
      );
      const told = given === undefined ? { password } : {};
      if (options.json) printJson({ ...userJson(created), ...told });
      else {
        print(userTable([created]));
        if (given === undefined) print(`\nPassword: ${password}\nIt is not shown again.`);
      }
    });
}

/** The line end that an editor or `echo` leaves is not part of the password. */
async function readPassword(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}
