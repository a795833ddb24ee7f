import { defineConfig } from 'vitest/config';

/** Against other people's doubles of Stripe; README.md says how to get them. */
export default defineConfig({
  test: {
    include: ['test/**/*.stripe.ts'],
    globalSetup: ['test-support/test-server.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
