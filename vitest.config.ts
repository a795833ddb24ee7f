import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['local/test/**/*.test.ts', 'testbed/test/**/*.test.ts'],
    // These tests start whole systems, while other packages' tests may keep the processors busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
