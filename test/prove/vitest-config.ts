import { defineConfig } from 'vitest/config'

/** The long proofs, run by `make prove` alone. */
export default defineConfig({
  test: {
    include: ['test/prove/**/*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    pool: 'forks',
    // proofs measure and kill: one at a time
    maxWorkers: 1,
  },
})
