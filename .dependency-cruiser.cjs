// The floors: imports go down only, and rooms of one floor do not import each other.
const floors = [
  ['errors', 'support'],
  ['config', 'freshness', 'policy', 'limits', 'tokens', 'passwords', 'client'],
  ['database', 'redis'],
  ['stores'],
  ['revocation'],
  ['services', 'webhooks'],
  ['directives'],
  ['adapters'],
  ['graphql', 'verify'],
  ['server'],
  ['cli', 'testing', 'library'],
  ['public'],
];

/** Packages that only some rooms may know. */
const keptIn = [
  { packages: ['knex', 'pg'], rooms: ['database', 'stores', 'library'] },
  { packages: ['ioredis'], rooms: ['redis'] },
  { packages: ['rate-limiter-flexible'], rooms: ['stores'] },
  { packages: ['fastify', '@fastify', '@as-integrations'], rooms: ['server'] },
  { packages: ['ws', 'graphql-ws'], rooms: ['server', 'client'] },
  { packages: ['@apollo/server'], rooms: ['adapters', 'graphql', 'server', 'library'] },
  { packages: ['jsonwebtoken'], rooms: ['tokens'] },
  { packages: ['@node-rs', '@zxcvbn-ts'], rooms: ['passwords'] },
  { packages: ['commander'], rooms: ['cli'] },
];

/** Rooms that another service can use. */
const SERVERLESS = [
  'errors',
  'support',
  'freshness',
  'policy',
  'tokens',
  'revocation',
  'directives',
  'verify',
];

const anyOf = (names) => `(${names.join('|')})`;

const floorRules = floors.map((rooms, level) => ({
  name: `floor-${level}`,
  comment: `${rooms.join(', ')}: imports itself and the floors below only`,
  severity: 'error',
  from: { path: `^src/${anyOf(rooms)}/` },
  to: { path: '^src/', pathNot: `^src/${anyOf(['$1', ...floors.slice(0, level).flat()])}/` },
}));

const packageRules = keptIn.map(({ packages, rooms }) => ({
  name: `${packages[0].replace(/^@/, '').replace('/', '-')}-stays-in-${rooms.join('-and-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${anyOf(rooms)}/` },
  to: { path: `(^|node_modules/)(@types/)?${anyOf(packages)}(/|$)` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floorRules,
    ...packageRules,
    {
      name: 'every-room-has-a-floor',
      comment: 'a folder of src/ that the list of floors above does not know',
      severity: 'error',
      from: { path: `^src/(?!${anyOf(floors.flat())}/)[^/]+/` },
      to: {},
    },
    {
      name: 'client-is-small',
      comment: 'what runs in a page brings nothing along but the names of codes',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/', pathNot: '^src/(client/|errors/codes)' },
    },
    {
      name: 'verify-needs-no-server',
      comment: 'a service that verifies our tokens loads neither a database nor a web server',
      severity: 'error',
      from: { path: '^src/verify/' },
      to: {
        path: '^src/',
        pathNot: `^src/${anyOf(SERVERLESS)}/`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-test-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        // An optional peer is there to be tested, and absent where nobody asks for it.
        dependencyTypesNot: ['type-only', 'npm-peer'],
        pathNot: '@types/',
      },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
