import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../errors/startup-error.js';
import type { Config } from './config.js';
import { secretProblem } from './secret-problem.js';

/**
 * The server secret: from the environment, or in development one that is generated once and kept
 * in DATA_DIR. Nodes that start together in one folder agree, since the file appears whole and once.
 * @throws StartupError when what is kept there is no secret.
 */
export async function ensureSecret(config: Config): Promise<string> {
  if (config.secret !== undefined) return config.secret;
  const file = join(config.dataDir, 'secret');
  await mkdir(config.dataDir, { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  const secret = (await readFile(file, 'utf8')).trim();
  const problem = secretProblem(secret);
  if (problem !== undefined) throw new StartupError(`The secret in ${file} ${problem}.`);
  return secret;
}
