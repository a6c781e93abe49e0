import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSecret, readConfig } from '../../src/config/index.js';
import { StartupError } from '../../src/errors/index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-secret-'));
});
afterEach(() => rm(folder, { recursive: true }));

const config = (env: Record<string, string> = {}) =>
  readConfig({ DATA_DIR: join(folder, 'deep', 'data'), ...env });

describe('the server secret', () => {
  it('is the one of the environment where there is one, and nothing is written', async () => {
    const secret = 'n2Vq8xKf0LzTgYbRw4Jd7mCsHpUaE1oXiQ6vNt3kWyM=';
    expect(await ensureSecret(config({ PORTCULLIS_SECRET: secret }))).toBe(secret);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is generated once in development, and only its owner can read it', async () => {
    const secret = await ensureSecret(config());
    expect(await ensureSecret(config())).toBe(secret);
    const file = join(config().dataDir, 'secret');
    expect(await readFile(file, 'utf8')).toBe(secret);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(config().dataDir)).toEqual(['secret']);
    expect(readConfig({ PORTCULLIS_SECRET: secret }).secret).toBe(secret);
  });

  it('is the same for nodes that start at once in one folder', async () => {
    const secrets = await Promise.all(Array.from({ length: 20 }, () => ensureSecret(config())));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(config().dataDir)).toEqual(['secret']);
  });

  it.each(['', 'hunter2', '\n', 'changeme'.repeat(8), 'x'.repeat(64)])(
    'is refused where what is kept in the folder is none, and not told: %j',
    async (kept) => {
      await mkdir(config().dataDir, { recursive: true });
      await writeFile(join(config().dataDir, 'secret'), kept);
      const refused = await ensureSecret(config()).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StartupError);
      const { message } = refused as StartupError;
      expect(message).toMatch(/^The secret in .*\/secret (must have|is a|repeats)/);
      if (kept.trim() !== '') expect(message).not.toContain(kept);
    },
  );
});
