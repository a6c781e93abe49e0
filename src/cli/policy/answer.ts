import { writeFileSync } from 'node:fs';
import { StartupError } from '../../errors/startup-error.js';
import type { DirectiveNames, PolicyEntry } from '../../policy/index.js';
import {
  comparePolicies,
  formatSnapshot,
  parseSnapshot,
  policyPage,
  reportOn,
  takeSnapshot,
} from '../../policy/report/index.js';
import type { PolicyReport } from '../../policy/report/index.js';
import type { Cli, OutputOptions } from '../cli.js';
import { print, printJson } from '../output.js';
import { table } from '../table.js';
import { changesJson, changesText } from './changes.js';
import { readSchemaFiles, readText, whyNot } from './sources.js';

export interface PolicyOptions extends OutputOptions {
  readonly schema?: readonly string[];
  readonly names?: DirectiveNames;
  readonly snapshot?: string;
  readonly check?: string;
  readonly html?: string;
}

/** Shows, compares or draws a policy. @throws StartupError, also when a field is less guarded. */
export async function answerPolicy(cli: Cli, options: PolicyOptions): Promise<void> {
  answer(await report(cli, options), options);
}

async function report(cli: Cli, { schema, names }: PolicyOptions): Promise<PolicyReport> {
  if (schema) return reportOn(readSchemaFiles(schema), names ? { names } : {});
  const { readTypeDefs } = await import('../../graphql/schema.js');
  const { authMaxStale } = await cli.config();
  return reportOn([{ name: 'schema', text: readTypeDefs() }], { authMaxStale });
}

function answer(policy: PolicyReport, options: PolicyOptions): void {
  const { json, snapshot, check, html, schema } = options;
  const { fields, warnings, bare } = policy;
  const now = takeSnapshot(policy);
  const changes =
    check === undefined ? undefined : comparePolicies(parseSnapshot(readText(check), check), now);

  const written = [
    ...(html === undefined
      ? []
      : [write(html, policyPage(policy, titleOf(schema)), fields.length)]),
    // A snapshot is what somebody approved: nobody approves of a schema that no server starts with.
    ...(snapshot === undefined || bare.length > 0
      ? []
      : [write(snapshot, formatSnapshot(now), fields.length)]),
  ];
  if (json) printJson({ fields, warnings, ...(changes ? { check: changesJson(changes) } : {}) });
  else if (changes) print(changesText(changes, check ?? ''));
  else if (html === undefined && snapshot === undefined) print(tableOf(policy));
  else if (written.length > 0) print(written.join('\n'));
  fail(bare, changes?.lessGuarded.length ?? 0);
}

function tableOf({ fields, warnings }: PolicyReport): string {
  const headings = ['FIELD', 'PUBLIC', 'SCOPES', 'MAX AUTH AGE', 'MAX STALE', 'WHEN'];
  const notes = warnings.map(({ message }) => `  ${message}\n`);
  return `${table(headings, fields.map(row))}${notes.length > 0 ? '\nWarnings:\n' : ''}${notes.join('')}`;
}

function row(entry: PolicyEntry) {
  return [
    entry.coordinate,
    entry.public ? 'yes' : 'no',
    entry.scopes.map((all) => all.join(' and ')).join(', or '),
    entry.maxAuthAge,
    entry.public ? null : (entry.maxStale ?? 'any'),
    entry.when.join(' and '),
  ];
}

function titleOf(schema: readonly string[] | undefined): string {
  return schema?.join(', ') ?? 'Portcullis';
}

/** @returns what to tell of it @throws StartupError */
function write(file: string, text: string, fields: number): string {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new StartupError(`Cannot write ${file}: ${whyNot(error)}.`);
  }
  return `Wrote ${file}: ${count(fields, 'field', 'fields')}.`;
}

/** @throws StartupError when the answer, which is out by now, is not to be left as it is. */
function fail(bare: readonly string[], lessGuarded: number): void {
  const problems = [
    ...(lessGuarded === 0 ? [] : [`${count(lessGuarded, 'field is', 'fields are')} less guarded.`]),
    ...(bare.length === 0
      ? []
      : [`No server starts with this schema; neither a rule nor @public: ${bare.join(', ')}.`]),
  ];
  if (problems.length > 0) throw new StartupError(problems.join('\n'));
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
