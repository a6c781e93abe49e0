import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ask, login, reasons } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import { ADMIN, SECRET } from '../support/server.js';
import { ROOT, blocksOf } from './readme.js';

/** The README's server, in a process of its own beside the package that it imports. */
async function startSnippet(code: string) {
  const database = await createTestDatabase();
  // Inside the package, so that its own name is known; among what is not kept.
  await mkdir(join(ROOT, '.data'), { recursive: true });
  const file = join(ROOT, '.data', `readme-${process.pid}.mjs`);
  await writeFile(file, code);
  const child = spawn(process.execPath, [file], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: database.url,
      PORTCULLIS_SECRET: SECRET,
      PORTCULLIS_ADMIN_EMAIL: ADMIN.email,
      PORTCULLIS_ADMIN_PASSWORD: ADMIN.password,
    },
  });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, 'line')) as [string];
  return {
    url: line.replace(/^GraphQL +/, '').replace(/\/$/, ''),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      await rm(file);
      await database.drop();
    },
  };
}

describe('the README’s API with Portcullis inside', () => {
  it('signs in, and guards its own fields', async () => {
    const server = await startSnippet(blocksOf('In an API that you have', 'js').join('\n'));
    const query = '{ greeting salary payroll }';
    const stranger = await ask(server.url, query);
    expect([stranger.data, reasons(stranger)]).toEqual([
      { greeting: 'hello', salary: null, payroll: null },
      ['UNAUTHENTICATED/NO_TOKEN', 'UNAUTHENTICATED/NO_TOKEN'],
    ]);
    const { accessToken: token, session } = await login(server.url, ADMIN.email, ADMIN.password);
    const admin = await ask(server.url, query, { token });
    expect([admin.data, reasons(admin)]).toEqual([
      { greeting: 'hello', salary: null, payroll: [4200, 3900] },
      ['FORBIDDEN/SCOPE_MISSING'],
    ]);
    const revoke = `mutation { revokeSession(id: "${session.id}") { status } }`;
    expect((await ask(server.url, revoke, { token })).data).toEqual({
      revokeSession: { status: 'ENDED' },
    });
    expect(reasons(await ask(server.url, '{ greeting }', { token }))).toEqual([
      'UNAUTHENTICATED/SESSION_REVOKED',
    ]);
    await server.stop();
  });
});
