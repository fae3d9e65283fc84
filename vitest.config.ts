import { defineConfig } from 'vitest/config'

/** `.test` runs everywhere; `.long.test` in CI only; both print the seed of what they draw. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.long.test.ts'],
          pool: 'forks',
          // Tests that start the product mostly wait for it; more workers than cores keep the cores busy.
          maxWorkers: 4,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          exclude: ['**/node_modules/**'],
          pool: 'forks',
          testTimeout: 1_200_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
