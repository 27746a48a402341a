import { defineConfig } from 'vitest/config'

/** Needs a Docker Engine, which no machine has to have. */
const peers = process.env['TSC_CONTRACT_DOCKER_HOST'] === undefined ? ['test/contract/docker.root.test.ts'] : []
const root = { testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/*.test.ts', 'test/unit/**/*.test.ts', 'test/contract/**/*.unit.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/contract/**/*.root.test.ts'],
          exclude: peers,
          ...root,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...root } },
    ],
  },
})
