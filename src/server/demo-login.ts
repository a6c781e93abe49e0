import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DemoUser } from '../services/index.js';

/** What the landing page of development fills in. */
export interface DemoLogin {
  readonly email: string;
  readonly password: string;
}

const schema = z.object({ email: z.string(), password: z.string() });

/**
 * The demo user's login for the landing page, kept in DATA_DIR beside the database that it opens: the
 * page still works after a restart, when the password has long scrolled away.
 */
export async function demoLogin(
  dataDir: string,
  fresh: readonly DemoUser[],
): Promise<DemoLogin | undefined> {
  const file = join(dataDir, 'demo-login.json');
  const user = fresh.find(({ scopes }) => !scopes.includes('admin'));
  if (user) {
    const login = { email: user.email, password: user.password };
    await writeFile(file, JSON.stringify(login), { mode: 0o600 });
    return login;
  }
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
