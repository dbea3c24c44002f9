import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['gateway', 'subgraphs', 'packages', 'scripts', 'prisma', 'schema', 'tests', 'promises'].map(
    (name) => `<rootDir>/${name}`,
  ),
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/run/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // The packages that testkit itself needs cannot depend on it, but their tests may use it.
  moduleNameMapper: { '^@studymate/testkit$': '<rootDir>/packages/testkit/src/index.ts' },
  globalSetup: '<rootDir>/tests/end-to-end/global-setup.ts',
  globalTeardown: '<rootDir>/tests/end-to-end/global-teardown.ts',
  cacheDirectory: '<rootDir>/run/jest',
  testTimeout: 30_000,
  maxWorkers: 2,
};

export default config;
