import { Option } from 'commander';
import type { Command } from 'commander';
import { collect, findUser, parseLimit } from './arguments.js';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { withServices } from './database.js';
import { note, print, printJson } from './output.js';
import { sessionTable, sessionsJson } from './session-view.js';

interface ListOptions extends OutputOptions {
  readonly user?: string;
  readonly device?: string;
  readonly ip?: string;
  readonly status?: 'active' | 'ended';
  readonly limit: number;
}

interface RevokeOptions extends OutputOptions {
  readonly device?: string;
  readonly reason?: string;
}

const STATUS = { active: 'ACTIVE', ended: 'ENDED' } as const;
const REASON = ['--reason <text>', 'for the audit log'] as const;

export function sessionCommand(program: Command, cli: Cli): void {
  const session = program.command('session').description('list and end sessions');

  session
    .command('list')
    .description('list sessions, newest first')
    .option('--user <user>', "one user's: id or e-mail address")
    .option('--device <id>', "one device's")
    .option('--ip <address>', 'those that were started from there')
    .addOption(new Option('--status <status>').choices(['active', 'ended']))
    .option('--limit <count>', 'the most to list', parseLimit, 100)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('session list --status active', 'session list --user ada@example.com --json'),
    )
    .action(async ({ user, device, ip, status, limit, json }: ListOptions) => {
      const { sessions, more } = await withServices(await cli.config(), async (deps, services) => {
        const userId = user === undefined ? undefined : (await findUser(deps, user)).id;
        const filter = { userId, deviceId: device, ip, status: status && STATUS[status] };
        const found = await collect(limit, (page) =>
          services.listSessions(deps, { filter, ...page }),
        );
        return { sessions: await sessionsJson(deps, found.items), more: found.more };
      });
      if (json) printJson(sessions);
      else print(sessions.length === 0 ? 'No sessions.' : sessionTable(sessions));
      if (more) note(`There are more than ${limit}; --limit shows them.`);
    });

  session
    .command('revoke')
    .description('end one session')
    .argument('<session>', 'its id')
    .option(...REASON)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('session revoke 0197f3a2-7c1e-7d4b-9a53-2f6d1c0b8e47 --reason "stolen phone"'),
    )
    .action(async (id: string, { reason, json }: RevokeOptions) => {
      const ended = await withServices(await cli.config(), async (deps, services) => {
        const { result } = await services.revokeSession(deps, undefined, { id, reason });
        return sessionsJson(deps, [result]);
      });
      if (json) printJson(ended[0]);
      else print(sessionTable(ended));
    });

  session
    .command('revoke-user')
    .description("end all of a user's sessions, or those of one device")
    .argument('<user>', 'id or e-mail address')
    .option('--device <id>', "only this device's")
    .option(...REASON)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('session revoke-user ada@example.com --reason "left the company"'),
    )
    .action(async (named: string, { device, reason, json }: RevokeOptions) => {
      const { user, ended } = await withServices(await cli.config(), async (deps, services) => {
        const found = await findUser(deps, named);
        const args = { userId: found.id, deviceId: device, reason };
        const { result } = await services.revokeUserSessions(deps, undefined, args);
        return { user: found, ended: result };
      });
      if (json) printJson({ userId: user.id, ended });
      else print(`Ended ${ended} ${ended === 1 ? 'session' : 'sessions'} of ${user.email}.`);
    });
}
