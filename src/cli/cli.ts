import type { Config } from '../config/index.js';

/** What every command is given of the process around it. */
export interface Cli {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The validated settings. @throws StartupError */
  config(): Promise<Config>;
}

/** Offered by every command that answers. */
export interface OutputOptions {
  readonly json?: true;
}

export const JSON_FLAG = ['--json', 'answer in JSON, for programs'] as const;

/** The examples at the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  const title = lines.length === 1 ? 'Example:' : 'Examples:';
  return `\n${title}\n${lines.map((line) => `  $ portcullis ${line}`).join('\n')}`;
}
