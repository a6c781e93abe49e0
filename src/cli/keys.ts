import type { Command } from 'commander';
import type { SigningKeyRecord } from '../stores/index.js';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { withServices } from './database.js';
import { print, printJson } from './output.js';
import { table } from './table.js';

interface RotateOptions extends OutputOptions {
  readonly revokeIssued?: boolean;
}

export function keysCommand(program: Command, cli: Cli): void {
  const keys = program.command('keys').description('look after the keys that sign access tokens');

  keys
    .command('list')
    .description('list the signing keys: which signs, from when, until when each verifies')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('keys list', 'keys list --json'))
    .action(async ({ json }: OutputOptions) => {
      const listed = await withServices(await cli.config(), (deps, services) =>
        services.listSigningKeys(deps),
      );
      if (json) printJson(listed);
      else print(keyTable(listed));
    });

  keys
    .command('rotate')
    .description('publish a new signing key, which takes over after KEY_PUBLISH_WAIT')
    .option('--revoke-issued', 'at once, and log everybody out: for a key that was stolen')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('keys rotate', 'keys rotate --revoke-issued'))
    .action(async ({ revokeIssued = false, json }: RotateOptions) => {
      const key = await withServices(await cli.config(), (deps, services) =>
        services.rotateSigningKey(deps, undefined, revokeIssued),
      );
      if (json) printJson(key);
      else print(keyTable([key]));
    });

  keys
    .command('re-encrypt')
    .description('put the keys under PORTCULLIS_SECRET, once every node has it')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('keys re-encrypt'))
    .action(async ({ json }: OutputOptions) => {
      const reEncrypted = await withServices(await cli.config(), (deps, services) =>
        services.reEncryptKeys(deps),
      );
      if (json) printJson({ reEncrypted });
      else if (reEncrypted === 0) print('All keys are under PORTCULLIS_SECRET already.');
      else
        print(`Put ${reEncrypted} ${reEncrypted === 1 ? 'key' : 'keys'} under PORTCULLIS_SECRET.`);
    });
}

function keyTable(keys: readonly SigningKeyRecord[]): string {
  const headings = ['KID', 'ALGORITHM', 'STATE', 'PUBLISHED', 'SIGNS FROM', 'VERIFIES UNTIL'];
  const rows = keys.map((key) => [
    ...[key.kid, key.algorithm, key.state],
    ...[key.createdAt, key.signsFrom, key.verifiesUntil],
  ]);
  return table(headings, rows);
}
