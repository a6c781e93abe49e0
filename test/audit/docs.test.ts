import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** As the union of the sources has them. */
const types = [
  .../export type AuditType =([^;]*);/.exec(read('src/stores/audit.ts'))![1]!.matchAll(/'(.*?)'/g),
].map(([, type]) => type!);

it('the page of the audit log has every type of event', () => {
  const listed = [...read('docs/audit.md').matchAll(/^\| `([a-z.-]+)`/gm)].map(([, type]) => type);
  expect(listed.sort()).toEqual([...types, 'session.refreshed'].sort());
});

it('the schema names every type of event', () => {
  const [, named = ''] = /What happened: ([^"]*)There may be more/.exec(
    read('schema/audit.graphql'),
  )!;
  const listed = [...named.matchAll(/`([a-z.-]+)`/g)].map(([, type]) => type);
  expect(listed.sort()).toEqual([...types, 'session.refreshed'].sort());
});
