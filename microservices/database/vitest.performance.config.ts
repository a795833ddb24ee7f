import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.performance.ts'],
    globalSetup: 'test-support/test-database.ts',
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Another process may slow down one run, but hardly three.
    retry: 2,
  },
});
