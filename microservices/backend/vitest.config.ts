import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test-support/test-server.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores: more workers would only wait for each other.
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      // Runs as a process of its own in test/process.test.ts, where coverage cannot see it.
      exclude: ['src/main.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 85 },
    },
  },
});
