import { defineConfig } from 'vitest/config';

/** The deeper checks of the AWS sinks: they need moto_server (see test/events/aws-sinks.moto.ts). */
export default defineConfig({
  test: { include: ['test/**/*.moto.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
