import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { PortcullisError, badInput } from '../errors/portcullis-error.js';
import type { FirebaseProject } from '../passwords/index.js';
import type { ImportReport, ImportedUser } from '../services/index.js';
import { JSON_FLAG, examples } from './cli.js';
import type { Cli, OutputOptions } from './cli.js';
import { withServices } from './database.js';
import type { UseCases } from './database.js';
import { note, print, printJson } from './output.js';

interface ImportCommandOptions extends OutputOptions {
  readonly firebase?: string;
  readonly dryRun?: true;
}

/** Lines that are named, of those that are wrong and of those whose account is there. */
const NAMED = 100;
/** Accounts that are held in memory at once. */
const BATCH = 500;

export function userImportCommand(user: Command, cli: Cli): void {
  user
    .command('import')
    .description('make accounts with the password hashes of another system, one a line')
    .argument('<file>', 'JSON lines of email, passwordHash, name and scopes')
    .option('--firebase <file>', 'the password hash parameters, as Firebase’s console shows them')
    .option('--dry-run', 'look at every line, and change nothing')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'user import users.ndjson --dry-run',
        'user import users.ndjson --firebase hash-config.txt',
      ),
    )
    .action(async (file: string, { firebase: from, dryRun, json }: ImportCommandOptions) => {
      const config = await cli.config();
      const firebase = from === undefined ? undefined : projectOf(await textOf(from));
      const report = await withServices(config, async (deps, services) => {
        await requireGood(file, services, firebase);
        const total = { created: 0, existing: [] as string[] };
        for await (const users of batches(file)) {
          const done = await services.importUsers(deps, users, { firebase, dryRun });
          total.created += done.created;
          total.existing.push(...done.existing);
        }
        return total;
      });
      if (json) printJson(report);
      else tell(report, dryRun);
    });
}

/** Looks at all lines before the first account is made. @throws PortcullisError BAD_USER_INPUT */
async function requireGood(
  file: string,
  { requireImportable }: UseCases,
  firebase: FirebaseProject | undefined,
): Promise<void> {
  let wrong = 0;
  for await (const { text, number } of lines(file)) {
    const problem = problemOf(() => requireImportable(parse(text), firebase));
    if (problem === undefined) continue;
    wrong += 1;
    if (wrong <= NAMED) note(`line ${number}: ${problem}`);
  }
  if (wrong > 0) {
    const rest = wrong > NAMED ? ` The first ${NAMED} are named above.` : '';
    throw badInput('file', `Lines that are wrong: ${wrong}. Nothing was imported.${rest}`);
  }
}

/** The values of a line are not repeated: hashes are among them. */
function problemOf(look: () => void): string | undefined {
  try {
    look();
    return undefined;
  } catch (error) {
    if (!(error instanceof PortcullisError)) throw error;
    return error.reason === 'line' ? error.message : `${error.reason}: ${error.message}`;
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw badInput('line', 'This is not JSON.');
  }
}

async function* batches(file: string): AsyncGenerator<ImportedUser[]> {
  let batch: ImportedUser[] = [];
  for await (const { text } of lines(file)) {
    batch.push(parse(text) as ImportedUser);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Those that are not empty. @throws PortcullisError BAD_USER_INPUT */
async function* lines(file: string): AsyncGenerator<{ text: string; number: number }> {
  const input = createReadStream(file, 'utf8');
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      if (text.trim() !== '') yield { text, number };
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code?.startsWith('E') ? badInput('file', `Cannot read ${file}: ${code}.`) : error;
}

/** As JSON, or as the console writes it. @throws PortcullisError BAD_USER_INPUT */
function projectOf(text: string): FirebaseProject {
  const member = (name: string) => {
    const [, value] = new RegExp(`\\b${name}"?\\s*:\\s*"?([\\w+/=-]+)`).exec(text) ?? [];
    if (value === undefined) throw badInput('firebase', `--firebase: there is no ${name}.`);
    return value;
  };
  return {
    signerKey: member('base64_signer_key'),
    saltSeparator: member('base64_salt_separator'),
    rounds: Number(member('rounds')),
    memCost: Number(member('mem_cost')),
  };
}

function tell({ created, existing }: ImportReport, dryRun: true | undefined): void {
  print(`${dryRun ? 'Accounts that would be made' : 'Accounts made'}: ${created}.`);
  if (existing.length === 0) return;
  print(`Accounts that are there, and stay as they are: ${existing.length}.`);
  for (const email of existing.slice(0, NAMED)) print(`  ${email}`);
  if (existing.length > NAMED) print('  …');
}
