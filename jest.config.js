/* One jest project per phase of scripts/test. Sources are compiled by swc; types are checked by tsc, not here. */
const swc = (tsx) => [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', tsx },
      target: 'es2022',
      transform: { react: { runtime: 'automatic' } },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

const project = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  // Workspaces are read from their sources, so that no test runs against a stale build.
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.ts$': swc(false), '^.+\\.tsx$': swc(true) },
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/.cache/', '<rootDir>/.demo-data/'],
  ...more,
});

export default {
  testTimeout: 60_000,
  projects: [
    project('unit', [
      '<rootDir>/{shared,recorder}/src/**/*.test.ts',
      '<rootDir>/monitor-ui/**/*.test.ts',
      '<rootDir>/scripts/**/*.test.ts',
    ]),
    ...['contract', 'integration', 'fault', 'attack'].map((phase) =>
      project(phase, [`<rootDir>/test/${phase}/**/*.test.ts`]),
    ),
    project('end-to-end', ['<rootDir>/test/end-to-end/**/*.test.ts'], {
      setupFilesAfterEnv: ['<rootDir>/test/support/second-attempt.ts'],
    }),
  ],
};
