const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** Fragments of which each spreads the next more than once. */
const doubling = (levels: number) =>
  `{ me { ...d0 } } ${repeat(levels, (level) => {
    const next = `...d${level + 1}`;
    return `fragment d${level} on User { sessions { user { ${next} } user { ${next} } user { ${next} } } }`;
  })} fragment d${levels} on User { id }`;

/** Each is too much of one thing, and names the limit that it exceeds. */
export const TOO_MUCH: readonly (readonly [what: string, query: string, reason: string])[] = [
  ['fields 1,000 deep', '{a'.repeat(1_000) + '}'.repeat(1_000), 'query.tokens'],
  ['fields 21 deep', `${'{a'.repeat(21)}${'}'.repeat(21)}`, 'query.depth'],
  ['10,000 aliases', `{ ${repeat(10_000, (n) => `a${n}:me{id}`)} }`, 'query.tokens'],
  ['51 aliases', `{ ${repeat(51, (n) => `a${n}: __typename`)} }`, 'query.aliases'],
  [
    '51 aliases in fragments',
    `{ me { ...f } again: me { ...f } } fragment f on User { ${repeat(25, (n) => `a${n}: id`)} }`,
    'query.aliases',
  ],
  ['10,000 directives', `{ me ${'@skip(if:true)'.repeat(6_000)} { id } }`, 'query.tokens'],
  ['51 directives', `{ me ${'@a '.repeat(51)} { id } }`, 'query.directives'],
  [
    '51 directives at variables',
    `query (${repeat(51, (n) => `$v${n}: ID @a`)}) { me { id } }`,
    'query.directives',
  ],
  ['fragments that double 50 times', doubling(50), 'query.depth'],
  ['fragments that double 9 times', doubling(9), 'query.selections'],
  [
    'fragments in a circle',
    '{ me { ...a } } fragment a on User { sessions { user { ...b } } } fragment b on User { ...a }',
    'query',
  ],
  [
    'a fragment that nobody spreads in a circle',
    '{ me { id } } fragment a on User { ...a }',
    'query',
  ],
  [
    'two fragments of one name',
    '{ me { ...a } } fragment a on User { id } fragment a on User { name }',
    'query',
  ],
  ['fragments 51 deep', `{ ${'... { '.repeat(51)} me { id } ${'}'.repeat(51)} }`, 'query.nesting'],
  ['one field 500 times', `{ me { ${'id '.repeat(500)} } }`, 'query.overlaps'],
  [
    '200 fragments at one place',
    `{ me { ${repeat(200, (n) => `...f${n}`)} } } ${repeat(200, (n) => `fragment f${n} on User{id}`)}`,
    'query.overlaps',
  ],
  [
    '10,000 variables',
    `query (${repeat(10_000, (n) => `$v${n}:ID`)}) { me { id } }`,
    'query.tokens',
  ],
  ['5,000 operations', repeat(5_000, (n) => `query q${n}{me{id}}`), 'query.tokens'],
  ['lists 10,000 deep', `{ user(id: ${'['.repeat(10_000)}) { id } }`, 'query.tokens'],
];
