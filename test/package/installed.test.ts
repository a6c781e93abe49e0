import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { SECRET } from '../support/server.js';
import { FRONT_END, TYPESCRIPT, expected, program } from './programs.js';
import { PACKAGE, Project, ROOT } from './tarball.js';

// An installation, and compilers on a machine that is busy with other tests.
jest.setTimeout(300_000);

let project: Project;
let database: TestDatabase;
beforeAll(async () => {
  project = await Project.create();
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await project.remove();
});

describe('the installed package', () => {
  it.each([
    ['import', 'esm', 'use.mjs'],
    ['require', 'cjs', 'use.cjs'],
  ] as const)('works through every door by %s', async (_how, kind, name) => {
    const email = `${kind}@example.com`;
    const text = program(kind, { databaseUrl: database.url, secret: SECRET, email });
    expect(await project.answer(name, text)).toEqual(expected(email));
  });

  it('has a program', async () => {
    const { code, output } = await project.run('npx', '--no', '--', 'portcullis', '--version');
    expect([code, output.trim()]).toEqual([0, PACKAGE.version]);
    const policy = await project.run('npx', '--no', '--', 'portcullis', 'policy');
    expect(policy.code).toBe(0);
    expect(policy.output).toMatch(/^Query\.me +no /m);
  });

  it('lets nobody in by another door', async () => {
    const text = `import('portcullis/dist/public/index.js').catch(({ code }) => console.log(JSON.stringify(code)))`;
    expect(await project.answer('inside.mjs', text)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

describe('its doors for other services', () => {
  const HEAVY = ['fastify', 'knex', 'pg', '@node-rs/argon2', '@apollo/server', 'ioredis'];

  /** Takes packages away while something runs. */
  async function without(names: readonly string[], body: () => Promise<void>): Promise<void> {
    const move = (from: string, to: string) =>
      Promise.all(
        names.map(async (name) => {
          const target = project.path(to, name);
          await mkdir(dirname(target), { recursive: true });
          await rename(project.path(from, name), target).catch(() => undefined);
        }),
      );
    await move('node_modules', 'away');
    try {
      await body();
    } finally {
      await move('away', 'node_modules');
    }
  }

  it('open where neither a database driver nor a web server nor argon2 is installed', async () => {
    await without(HEAVY, async () => {
      for (const door of ['directives', 'verify', 'errors', 'client', 'client/server']) {
        const specifier = `'portcullis/${door}'`;
        const print = 'console.log(JSON.stringify(Object.keys(door).length))';
        const [esm, cjs] = [
          `const door = await import(${specifier}); ${print}`,
          `const door = require(${specifier}); ${print}`,
        ];
        expect(await project.answer('light.mjs', esm)).toBeGreaterThan(0);
        expect(await project.answer('light.cjs', cjs)).toBeGreaterThan(0);
      }
      await expect(
        project.answer('heavy.mjs', `await import('portcullis'); console.log('"open"')`),
      ).rejects.toThrow(/ERR_MODULE_NOT_FOUND/);
    });
  });
});

const BUNDLED = { module: 'esnext', skipLibCheck: true };

describe('its types', () => {
  beforeAll(async () => {
    await project.link('@types/node');
    // The same text as a module of either kind, and of the kind that the project has.
    for (const name of ['types.mts', 'types.cts', 'types.ts']) {
      await project.write(name, TYPESCRIPT);
    }
  });

  const check = async (moduleResolution: string, options: object, ...files: readonly string[]) => {
    const compilerOptions = {
      ...{ module: moduleResolution, moduleResolution, strict: true, noEmit: true },
      ...{ exactOptionalPropertyTypes: true, target: 'ES2023', lib: ['ES2023'], types: ['node'] },
      ...options,
    };
    const name = `tsconfig.${files[0]}.json`;
    await project.write(name, JSON.stringify({ compilerOptions, files }));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    return project.run(process.execPath, compiler, '-p', name);
  };

  it('are right for ES modules and CommonJS under node16', async () => {
    // All declarations too, those of the packages that ours are made of included.
    const ended = await check('node16', { skipLibCheck: false }, 'types.mts', 'types.cts');
    expect(ended).toEqual({ code: 0, output: '' });
  });

  it('are right under bundler', async () => {
    expect(await check('bundler', BUNDLED, 'types.ts')).toEqual({ code: 0, output: '' });
  });

  it('are right in a page, where there is no Node', async () => {
    const peers = ['@apollo/client', 'rxjs', '@urql/core', 'react', 'relay-runtime'];
    for (const name of [...peers, '@types/react', '@types/relay-runtime']) await project.link(name);
    await project.write('page.tsx', FRONT_END);
    const page = {
      ...BUNDLED,
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      types: [],
      jsx: 'react-jsx',
    };
    expect(await check('bundler', page, 'page.tsx')).toEqual({ code: 0, output: '' });
  });
});
