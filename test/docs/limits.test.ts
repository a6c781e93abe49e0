import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'graphql';
import { Limits, QUERY_LIMITS } from '../../src/limits/index.js';
import { readManifest } from '../../src/limits/trusted/index.js';
import { HTTP_LIMITS } from '../../src/server/http-limits.js';
import { LIMITS } from '../../src/server/sockets/limits.js';
import { ROOT, tableIn } from '../readme/readme.js';

const PAGE = readFileSync(resolve(ROOT, 'docs/limits.md'), 'utf8');

const tableOf = (title: string) => tableIn(PAGE, title);

const units: Readonly<Record<string, number>> = { s: 1_000, KiB: 1_024, MiB: 1_024 * 1_024 };
const valueOf = (cell = ''): number => {
  const [number = '', unit] = cell.split(' ');
  return Number(number.replaceAll(',', '')) * (unit === undefined ? 1 : (units[unit] ?? NaN));
};

describe('the page on limits', () => {
  it('has every limit of documents, with its default and its reason', () => {
    expect(
      tableOf('Documents').map(([name, value, , reason]) => [name, valueOf(value), reason]),
    ).toEqual(
      Object.entries<number>({ ...QUERY_LIMITS }).map(([name, value]) => [
        `\`${name}\``,
        value,
        `\`query.${name}\``,
      ]),
    );
  });

  it('has the limits of sockets', () => {
    for (const [cell = '', value] of tableOf('Sockets')) {
      const [, name = ''] = /^`(\w+)`/.exec(cell) ?? [];
      expect({ [name]: LIMITS[name as keyof typeof LIMITS] }).toEqual({ [name]: valueOf(value) });
    }
    expect(tableOf('Sockets')).toHaveLength(8);
  });

  it('has the limits of requests', () => {
    const { bodyLimit, requestTimeout, keepAliveTimeout, http } = HTTP_LIMITS;
    expect(tableOf('Requests').map(([, value]) => valueOf(value))).toEqual([
      ...[bodyLimit, http.maxHeaderSize, http.headersTimeout, requestTimeout, keepAliveTimeout],
    ]);
  });

  it('shows a refusal as it is', () => {
    const [, shown = ''] = /^```json\n([\s\S]*?)^```$/m.exec(PAGE) ?? [];
    const { errors } = JSON.parse(shown) as { errors: object[] };
    const document = parse(`${'{a'.repeat(21)}${'}'.repeat(21)}`);
    const { message, extensions } = new Limits(QUERY_LIMITS).refusedDocument(document) ?? {};
    expect(errors).toEqual([{ message, extensions }]);
  });

  it('shows a command that prints the manifest of a folder', async () => {
    const [, command = ''] =
      /npx portcullis (documents) src\/queries > documents\.json/.exec(PAGE) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-documents-'));
    writeFileSync(join(folder, 'a.graphql'), 'query A { me { ...F } }\nmutation B { logout }');
    writeFileSync(join(folder, 'b.graphql'), 'fragment F on User { id }');
    const bin = resolve(ROOT, 'bin/portcullis.js');
    const { stdout } = await promisify(execFile)(process.execPath, [bin, command, folder]);
    rmSync(folder, { recursive: true });
    const a = 'query A {\n  me {\n    ...F\n  }\n}\n\nfragment F on User {\n  id\n}';
    const b = 'mutation B {\n  logout\n}';
    expect(readManifest(stdout, 'documents.json')).toEqual([a, b]);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(
      [a, b].map((text) => createHash('sha256').update(text).digest('hex')),
    );
  }, 60_000);
});
