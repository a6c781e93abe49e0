import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { OPTIONS } from '../../src/config/index.js';
import { SCHEMES, SCHEME_NAMES } from '../../src/config/scheme.js';
import type { SchemeSettings } from '../../src/config/scheme.js';
import { ask, login, reasons, register } from '../support/client.js';
import type { Answer } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { spawnServer } from '../support/process.js';
import { ADMIN, startTestServer } from '../support/server.js';

const ROOT = resolve(__dirname, '../..');
const PAGE = readFileSync(resolve(ROOT, 'docs/schemes.md'), 'utf8');
const PASSWORD = 'a password of some length';

/** Each `## title` with what stands below it. */
const sections = new Map(
  PAGE.split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
);
const sectionOf = (title: string) => sections.get(title) ?? '';
const snippets = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, body = '']) => body,
  );

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe.each(SCHEME_NAMES)('the page of schemes on %s', (name) => {
  it.each(['Costs', 'A revoked token lives', 'Suits', 'Settings that matter'])(
    'tells: %s',
    (what) => {
      expect(sectionOf(name)).toContain(`**${what}**`);
    },
  );

  it('has a row in the table', () => {
    expect(sectionOf('Measured')).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, 'm'));
  });

  it('shows a command that starts a server of this scheme', async () => {
    const [command = '', ...more] = snippets(sectionOf(name), 'bash');
    expect(more).toEqual([]);
    expect(command).toMatch(/^([A-Z_]+=\S+ )+npm start\n$/);
    const env = Object.fromEntries(
      [...command.matchAll(/([A-Z_]+)=(\S+)/g)].map(([, option = '', value = '']) => [
        option,
        value,
      ]),
    );
    expect(env).toMatchObject({ PORTCULLIS_SCHEME: name });
    const server = await spawnServer(database.url, env);
    try {
      const tokens = await register(server.url, `${name}@example.com`, PASSWORD);
      const settings: SchemeSettings = SCHEMES[name];
      expect(tokens.accessToken).toMatch(settings.token === 'jwt' ? /^eyJ/ : /^pst_/);
      expect(tokens).toMatchObject({
        refreshToken: settings.refresh ? (expect.any(String) as unknown) : null,
      });
    } finally {
      await server.stop();
    }
  }, 120_000);
});

describe('the page of schemes', () => {
  it('has no section on a scheme that there is not', () => {
    const lower = [...sections.keys()].filter((title) => title === title.toLowerCase());
    expect(lower).toEqual(SCHEME_NAMES);
  });

  it('names options that there are', () => {
    const named = [...PAGE.matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`/g)].map(([, word]) => word);
    const codes = ['AUTH_CHECK_UNAVAILABLE'];
    const options = [...new Set(named)].filter((word) => !codes.includes(word ?? ''));
    expect(options.length).toBeGreaterThan(5);
    for (const option of options) expect(OPTIONS).toHaveProperty([option ?? '']);
  });

  it('names commands that there are', () => {
    const { scripts } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, script = ''] of PAGE.matchAll(/npm run ([\w:]+)/g)) {
      expect(scripts).toHaveProperty([script]);
      const [, file = ''] = /^node (\S+)$/.exec(scripts[script] ?? '') ?? [];
      expect(existsSync(resolve(ROOT, file))).toBe(true);
    }
  });

  it('shows GraphQL that answers as told', async () => {
    const [query = '', ...more] = snippets(PAGE, 'graphql');
    expect(more).toEqual([]);
    const server = await startTestServer({ database });
    const { session } = await register(server.url, 'stolen@example.com', PASSWORD);
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    const answer: Answer & { extensions?: unknown } = await ask(server.url, query, {
      token,
      variables: { id: session.id },
    });
    await server.stop();
    expect(reasons(answer)).toEqual([]);
    expect(answer.data).toEqual({
      revokeSession: { status: 'ENDED', endedReason: 'revoked: stolen' },
    });
    expect(answer.extensions).toMatchObject({
      portcullis: { receipts: [{ path: 'revokeSession', nodes: expect.any(Array) as unknown }] },
    });
  });
});
