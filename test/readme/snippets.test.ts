import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Kind, buildSchema, parse, print, validate, visit } from 'graphql';
import type { DocumentNode, FieldDefinitionNode } from 'graphql';
import { readTypeDefs } from '../../src/graphql/schema.js';
import { ROOT, blocks, blocksOf } from './readme.js';

const SDL = readTypeDefs();
const schema = buildSchema(SDL);
const graphql = blocks.filter(({ language }) => language === 'graphql').map(({ text }) => text);

/** Fields by `Type.field`, as they are declared: types, arguments and directives. */
function fieldsIn(document: DocumentNode): Map<string, string> {
  const found = new Map<string, string>();
  for (const type of document.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_EXTENSION && type.kind !== Kind.OBJECT_TYPE_DEFINITION) {
      continue;
    }
    for (const field of type.fields ?? []) {
      found.set(`${type.name.value}.${field.name.value}`, print(withoutDescriptions(field)));
    }
  }
  return found;
}

function withoutDescriptions(field: FieldDefinitionNode): FieldDefinitionNode {
  return visit(field, {
    [Kind.STRING]: (_node, key) => (key === 'description' ? null : undefined),
  });
}

describe('the README’s GraphQL', () => {
  it('is there', () => {
    expect(graphql.length).toBeGreaterThan(1);
  });

  it.each(graphql)('fits the schema: %s', (text) => {
    const document = parse(text);
    const declared = fieldsIn(parse(SDL));
    for (const [coordinate, field] of fieldsIn(document)) {
      expect([coordinate, declared.get(coordinate)]).toEqual([coordinate, field]);
    }
    const operations = document.definitions.filter(
      ({ kind }) => kind === Kind.OPERATION_DEFINITION || kind === Kind.FRAGMENT_DEFINITION,
    );
    if (operations.length > 0) {
      expect(validate(schema, { kind: Kind.DOCUMENT, definitions: operations })).toEqual([]);
    } else {
      expect(fieldsIn(document).size).toBeGreaterThan(0);
    }
  });
});

describe('the README’s commands', () => {
  const { scripts } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const readme = readFileSync(resolve(ROOT, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/npm run ([\w:-]*\w)|npm (start|test)\b/g)];

  it.each([...new Set(named.map(([, script, short]) => script ?? short ?? ''))])(
    'npm run %s is a script',
    (script) => {
      expect(scripts).toHaveProperty([script]);
    },
  );
});

describe('the README’s tree', () => {
  const [tree = ''] = blocksOf('Development', 'text');
  const folders = tree.match(/^\S+(?=\/ )/gm) ?? [];

  it.each(folders)('names a folder that is there: %s', (folder) => {
    expect(existsSync(resolve(ROOT, folder))).toBe(true);
  });

  it('leaves out no folder of src/', () => {
    const inSource = readdirSync(resolve(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `src/${name}`);
    expect(folders.filter((folder) => folder.startsWith('src/')).sort()).toEqual(inSource.sort());
  });
});
