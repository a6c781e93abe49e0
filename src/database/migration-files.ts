import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));
/** Stands above each part of a file that must not be one transaction. */
const STEP = /^-- step: .*$/m;

/** knex reads it; its types do not have it. */
interface Migration extends Knex.Migration {
  readonly config: { readonly transaction: boolean };
}

type RunStep = (db: Knex, sql: string) => Promise<void>;

/**
 * Numbered SQL files; each is applied once, forward only. A file is one transaction. One that has
 * steps is a transaction for each of them instead, and is begun again where it was cut: every step
 * can be repeated.
 */
export class MigrationFiles implements Knex.MigrationSource<string> {
  readonly #runStep: RunStep;

  constructor(runStep: RunStep) {
    this.#runStep = runStep;
  }

  getMigrations(): Promise<string[]> {
    return migrationNames();
  }

  getMigrationName(name: string): string {
    return name;
  }

  async getMigration(name: string): Promise<Migration> {
    const sql = await readFile(join(FOLDER, name), 'utf8');
    const [head = '', ...steps] = sql.split(STEP);
    return {
      config: { transaction: steps.length === 0 },
      up: async (db) => {
        for (const step of steps.length === 0 ? [head] : steps) await this.#runStep(db, step);
      },
      down: () => Promise.reject(new Error('migrations go forward only')),
    };
  }
}

async function migrationNames(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
}

/** Names of the migrations that are not among those applied. */
export async function pendingMigrations(applied: readonly string[]): Promise<string[]> {
  return (await migrationNames()).filter((name) => !applied.includes(name));
}
