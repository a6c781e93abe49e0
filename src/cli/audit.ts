import type { Command } from 'commander';
import type { Deps } from '../services/index.js';
import type { AuditRecord } from '../stores/index.js';
import { collect, findUser, parseLimit, parsePast } from './arguments.js';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { withServices } from './database.js';
import { note, print, printJson } from './output.js';
import { table } from './table.js';

interface FilterOptions {
  readonly since?: Date;
  readonly until?: Date;
  readonly type?: string;
  readonly user?: string;
}

interface ListOptions extends FilterOptions, OutputOptions {
  readonly limit: number;
}

const SINCE = '--since <when>';
const TIMES = 'a time, or how long ago: 2030-01-31T12:00:00Z, 7d';

function withFilter(command: Command): Command {
  return command
    .option(SINCE, `of this moment or later: ${TIMES}`, parsePast)
    .option('--until <when>', 'before this moment', parsePast)
    .option('--type <type>', 'of this type, such as session.revoked')
    .option('--user <user>', "about one user's account or sessions: id or e-mail address");
}

async function filterOf(deps: Deps, { user, type, since, until }: FilterOptions) {
  const userId = user === undefined ? undefined : (await findUser(deps, user)).id;
  return { type, userId, since, until };
}

export function auditCommand(program: Command, cli: Cli): void {
  const audit = program.command('audit').description('read the audit log');

  withFilter(audit.command('list').description('list what happened, newest first'))
    .option('--limit <count>', 'the most to list', parseLimit, 100)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('audit list --since 1h', 'audit list --user ada@example.com'))
    .action(async ({ limit, json, ...options }: ListOptions) => {
      const { items, more } = await withServices(await cli.config(), async (deps, services) => {
        const filter = await filterOf(deps, options);
        return collect(limit, (page) => services.listAuditEvents(deps, { filter, ...page }));
      });
      if (json) printJson(items);
      else print(items.length === 0 ? 'No events.' : auditTable(items));
      if (more) note(`There are more than ${limit}; --limit shows them.`);
    });

  withFilter(
    audit.command('export').description('write every event as a line of JSON, oldest first'),
  )
    .addHelpText(
      'after',
      examples('audit export > audit.ndjson', 'audit export --since 24h --type session.refused'),
    )
    .action(async (options: FilterOptions) =>
      withServices(await cli.config(), async (deps, services) => {
        const filter = await filterOf(deps, options);
        const lines = services.exportAuditEvents(deps, { filter });
        // A reader that has seen enough, such as `head`, ends it.
        for await (const event of lines) if (!(await write(JSON.stringify(event)))) return;
      }),
    );
}

/** As fast as the reader takes it. Answers false when there is none any more. */
async function write(line: string): Promise<boolean> {
  const { stdout } = process;
  if (!stdout.writable) return false;
  if (!stdout.write(`${line}\n`)) {
    // Not `once` of node:events: to it, a reader that goes away is an error.
    await new Promise<void>((resolve) => {
      const done = () => {
        stdout.off('drain', done).off('close', done);
        resolve();
      };
      stdout.on('drain', done).on('close', done);
    });
  }
  return stdout.writable;
}

function auditTable(events: readonly AuditRecord[]): string {
  const headings = ['AT', 'TYPE', 'ACTOR', 'USER', 'SESSION', 'ADDRESS', 'DETAIL'];
  const rows = events.map((event) => [
    ...[event.at, event.type, event.actorId, event.userId, event.sessionId, event.ip, event.detail],
  ]);
  return table(headings, rows);
}
