import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // the long proofs: make prove
    exclude: ['test/prove/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    // once more, and then it is named: docs/adr/0007-tests-run-again-in-ci.md
    retry: process.env.CI ? 1 : 0,
    reporters: ['default', './scripts/flaky-tests.ts'],
  },
})
