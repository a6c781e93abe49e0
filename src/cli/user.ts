import { Option } from 'commander';
import type { Command } from 'commander';
import type { Deps } from '../services/index.js';
import type { UserRecord } from '../stores/index.js';
import { collect, findUser, parseLimit, parseMoment } from './arguments.js';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { withServices } from './database.js';
import type { UseCases } from './database.js';
import { note, print, printJson } from './output.js';
import { userAddCommand } from './user-add.js';
import { userImportCommand } from './user-import.js';
import { userJson, userTable } from './user-view.js';

interface ListOptions extends OutputOptions {
  readonly search?: string;
  readonly status?: 'active' | 'disabled';
  readonly limit: number;
}

interface DisableOptions extends OutputOptions {
  readonly until?: Date;
  readonly reason?: string;
}

const USER = ['<user>', 'id or e-mail address'] as const;

export function userCommand(program: Command, cli: Cli): void {
  const user = program.command('user').description('make, list and change accounts');
  userAddCommand(user, cli);
  userImportCommand(user, cli);

  user
    .command('list')
    .description('list accounts, newest first')
    .option('--search <text>', 'part of the e-mail address or the name')
    .addOption(new Option('--status <status>').choices(['active', 'disabled']))
    .option('--limit <count>', 'the most to list', parseLimit, 100)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('user list', 'user list --status disabled --json'))
    .action(async ({ search, status, limit, json }: ListOptions) => {
      const filter = { search, status: status && STATUS[status] };
      const { items, more } = await withServices(await cli.config(), (deps, services) =>
        collect(limit, (page) => services.listUsers(deps, { ...filter, ...page })),
      );
      if (json) printJson(items.map(userJson));
      else print(items.length === 0 ? 'No users.' : userTable(items));
      if (more) note(`There are more than ${limit}; --limit shows them.`);
    });

  user
    .command('disable')
    .description('close accounts, and end all their sessions; several at once, all or none')
    .argument('<user...>', 'ids or e-mail addresses')
    .option('--until <time>', 'RFC 3339, or a duration such as 2h; else for good', parseMoment)
    .option('--reason <text>', 'for the audit log')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('user disable ada@example.com --until 7d --reason "on leave"'))
    .action(async (named: readonly string[], { until, reason, json }: DisableOptions) => {
      const disabled = await withServices(await cli.config(), async (deps, services) => {
        const ids: string[] = [];
        for (const name of named) ids.push((await findUser(deps, name)).id);
        await services.disableUsers(deps, undefined, { ids, until, reason });
        return deps.database.read((db) => deps.users.findMany(db, ids));
      });
      const [only, ...others] = disabled.map(userJson);
      if (json) printJson(only && others.length === 0 ? only : [only, ...others]);
      else print(userTable(disabled));
    });

  user
    .command('enable')
    .description('open an account again; its old sessions stay ended')
    .argument(...USER)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('user enable ada@example.com'))
    .action((named: string, { json }: OutputOptions) =>
      change(named, json, (deps, services, { id }) => services.enableUser(deps, undefined, { id })),
    );

  user
    .command('set-scopes')
    .description('replace what an account may do; tokens follow at their next refresh')
    .argument(...USER)
    .argument('[scopes...]', 'all that it shall have; none takes every scope away')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('user set-scopes ada@example.com admin reports:read'))
    .action((named: string, scopes: string[], { json }: OutputOptions) =>
      change(named, json, (deps, services, { id }) =>
        services.setUserScopes(deps, undefined, { id, scopes }),
      ),
    );

  async function change(
    named: string,
    json: true | undefined,
    work: (deps: Deps, services: UseCases, user: UserRecord) => Promise<UserRecord>,
  ): Promise<void> {
    const changed = await withServices(await cli.config(), async (deps, services) =>
      work(deps, services, await findUser(deps, named)),
    );
    if (json) printJson(userJson(changed));
    else print(userTable([changed]));
  }
}

const STATUS = { active: 'ACTIVE', disabled: 'DISABLED' } as const;
