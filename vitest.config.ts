import { defineConfig } from 'vitest/config'

const NOT_HERE = ['**/node_modules/**', '**/*.{long,load,cluster}.test.ts']

/**
 * `.test` runs everywhere, the others in CI only: `.long.test` takes minutes, `.load.test` wants the machine for itself.
 * What is drawn is printed with its seed.
 * `.cluster.test` needs a real Kafka and a real Cassandra, which are started once for all files.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: NOT_HERE,
          pool: 'forks',
          // Tests that start the product mostly wait for it; more workers than cores keep the cores busy.
          maxWorkers: 4,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          exclude: ['**/node_modules/**', '**/*.cluster.test.ts'],
          pool: 'forks',
          testTimeout: 1_200_000,
          hookTimeout: 120_000,
          // Half of them mostly wait for real minutes to pass.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'load',
          include: ['test/**/*.load.test.ts'],
          pool: 'forks',
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'cluster',
          include: [
            'packages/**/*.cluster.test.ts',
            'apps/**/*.cluster.test.ts',
            'test/**/*.cluster.test.ts',
          ],
          exclude: ['**/node_modules/**'],
          pool: 'forks',
          // Two servers, and what the tests start, share the cores with the tests.
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          globalSetup: ['test/support/start-test-cluster.ts'],
        },
      },
    ],
  },
})
