import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.drill.ts'],
    globalSetup: ['support/build-services.ts'],
    // Each one measures how long a recovery takes: nothing else may run beside it.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
