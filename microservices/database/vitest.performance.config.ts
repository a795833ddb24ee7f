import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.performance.ts'],
    globalSetup: 'test-support/test-database.ts',
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // It may be a neighbour that was busy; three times in a row it is not.
    retry: 2,
  },
});
