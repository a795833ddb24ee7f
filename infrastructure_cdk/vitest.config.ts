import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/scratch.ts'],
    // aws-cdk-lib takes seconds to load and its validator seconds to start: once is enough.
    isolate: false,
    maxWorkers: 1,
    // The first synthesis of a worker compiles the template validator; on a slow machine that
    // alone takes seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      // bin/ is run as a process of its own (test/carthub-bin.test.ts), where it is not counted.
      include: ['lib/**/*.ts'],
      thresholds: { lines: 85 },
    },
  },
});
