import { defineConfig } from 'vitest/config';

// In order: each drill begins with what the one before has left.
export default defineConfig({
  test: {
    include: ['test/drill/**/*.drill.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
