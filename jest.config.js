// The tests run as CommonJS, where every package that tests and sources share is loaded once: two
// copies of graphql in one process refuse each other's schemas.

/** Packages that ship or import ES modules, and so are compiled like the sources. */
const modules = ['uuid', 'cookie', 'mercurius', 'quick-lru', 'jose'];

/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  testSequencer: '<rootDir>/test/support/sequencer.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFiles: process.env.TEST_CANARY ? ['<rootDir>/test/canary/listen.ts'] : [],
  testTimeout: 30_000,
  // On two cores: much of the time they wait for clocks and processes.
  maxWorkers: 3,
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
  // Sources name each other as Node will find them once compiled.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: [`/node_modules/(?!(${modules.join('|')})/)`],
  transform: {
    '\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
};
