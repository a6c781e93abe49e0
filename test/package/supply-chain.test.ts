import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE, ROOT } from './tarball.js';

jest.setTimeout(120_000);

interface Locked {
  readonly version?: string;
  readonly name?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

const LOCK = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const { '': _root, ...packages } = LOCK.packages;
const installed = Object.entries(packages);

/** What a script of the checkout came to, given this on its standard input. */
function run(script: string, input = ''): Promise<{ code: number; output: string }> {
  return new Promise((ended) => {
    const options = { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [`scripts/${script}`], options, (error, output) => {
      ended({ code: Number(error?.code ?? 0), output });
    });
    child.stdin?.end(input);
  });
}

const isAtLeast = (version: string, floor: string) =>
  version.localeCompare(floor, 'en', { numeric: true }) >= 0;

describe('every package of the lockfile', () => {
  it('comes from the registry, by a version and with the hash of what it is', () => {
    expect(installed.length).toBeGreaterThan(500);
    const odd = installed.filter(([, { version, integrity, resolved, link }]) => {
      const isRegistry = resolved?.startsWith('https://registry.npmjs.org/') ?? true;
      const isVersion = /^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(version ?? '');
      return link || !isRegistry || !isVersion || !/^sha512-[\w+/]{86}==$/.test(integrity ?? '');
    });
    expect(odd).toEqual([]);
  });

  it('is asked for by a range of versions, not by an address', () => {
    const { dependencies, devDependencies, peerDependencies, overrides } = PACKAGE;
    const all = { ...dependencies, ...devDependencies, ...peerDependencies, ...overrides };
    const odd = Object.entries(all).filter(
      ([, range]) => !/^((?:[~^]|>=)?\d[\w.-]*|\$\w+)$/.test(range),
    );
    expect(odd).toEqual([]);
  });

  it('runs nothing by being installed', () => {
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });

  it.each([
    ['@apollo/server', '5.5.0'],
    ['jsonwebtoken', '9.0.3'],
    ['graphql', '16.15.0'],
    ['fastify', '5.12.0'],
    ['ws', '8.23.0'],
    ['jws', '4.0.1'],
  ])('is no older than what is known of it allows: %s', (name, floor) => {
    const shipped = installed.filter(
      ([path, { dev }]) => path.endsWith(`node_modules/${name}`) && !dev,
    );
    expect(shipped.length).toBeGreaterThan(0);
    for (const [, { version = '' }] of shipped) {
      expect([name, version, isAtLeast(version, floor)]).toEqual([name, version, true]);
    }
  });
});

it('the bill of materials lists every package that is shipped, with its hash', async () => {
  const { code, output } = await run('sbom.mjs');
  expect(code).toBe(0);
  const bill = JSON.parse(output) as {
    readonly metadata: { readonly component: object };
    readonly components: { 'bom-ref': string; purl: string; hashes: { alg: string }[] }[];
    readonly dependencies: { ref: string; dependsOn: string[] }[];
  };
  expect(bill).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: expect.any(String),
    version: 1,
  });
  expect(bill.metadata.component).toMatchObject({ name: 'portcullis', version: PACKAGE.version });
  const shipped = installed
    .filter(([, { dev, devOptional }]) => !dev && !devOptional)
    .map(([path, { name, version }]) => `${name ?? path.split('node_modules/').at(-1)}@${version}`);
  const listed = bill.components.map((each) => each['bom-ref']);
  expect(new Set(listed)).toEqual(new Set(shipped));
  for (const name of Object.keys(PACKAGE.dependencies)) {
    expect(listed.some((ref) => ref.startsWith(`${name}@`))).toBe(true);
  }
  for (const { purl, hashes } of bill.components) {
    expect(purl).toMatch(/^pkg:npm\//);
    expect(hashes).toContainEqual(expect.objectContaining({ alg: 'SHA-512' }));
  }
  const refs = new Set([...listed, `portcullis@${PACKAGE.version}`]);
  for (const { ref, dependsOn } of bill.dependencies) {
    for (const each of [ref, ...dependsOn]) expect(refs).toContain(each);
  }
});

describe('an audit', () => {
  const found = (severity: string) => ({
    vulnerabilities: { leftpad: { name: 'leftpad', severity, range: '<2' } },
  });

  it.each(['high', 'critical'])('that finds what is %s fails and names it', async (severity) => {
    const { code, output } = await run('audit.mjs', JSON.stringify(found(severity)));
    expect(code).toBe(1);
    expect(output).toBe(`${severity}: leftpad <2\n1 high or critical, 0 below that.\n`);
  });

  it('that finds nothing grave passes', async () => {
    expect(await run('audit.mjs', JSON.stringify(found('moderate')))).toEqual({
      code: 0,
      output: '0 high or critical, 1 below that.\n',
    });
    expect((await run('audit.mjs', '{"vulnerabilities":{}}')).code).toBe(0);
  });

  it('that the registry does not answer says so and passes; one that is no JSON does not', async () => {
    const refused = { message: '405 Method Not Allowed', statusCode: 405, error: { summary: '' } };
    expect(await run('audit.mjs', JSON.stringify(refused))).toEqual({
      code: 0,
      output: 'No audit: the registry answered none (405 Method Not Allowed).\n',
    });
    expect((await run('audit.mjs', '')).code).toBe(1);
  });
});
