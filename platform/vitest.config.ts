import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Nothing here keeps a state, and reading the schemas and renderings once is half of the work.
    isolate: false,
    testTimeout: 30_000,
  },
});
