import { defineConfig } from 'vitest/config';

/** Suites of many processes or many whole runs; `npm test` stays quick without them. */
const SLOW = 'test/**/*.slow.test.ts';
/** `test/outside` has packages of its own, some with tests. */
const OTHERS = '**/node_modules/**';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'quick', include: ['test/**/*.test.ts'], exclude: [SLOW, OTHERS] } },
      { extends: true, test: { name: 'slow', include: [SLOW], exclude: [OTHERS] } },
    ],
  },
});
