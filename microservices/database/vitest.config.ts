import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test-support/test-database.ts',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      include: ['src/**/*.ts'],
      exclude: [
        'src/cli.ts',
        // They run pg_dump and pg_restore, or speak to S3, which a machine with Node alone has not:
        // drills/ shows them.
        'src/backup/{backup,bucket-backup,dump,restore,open-store}.ts',
        'src/backup/{child-environment,databases.queries,snapshot.queries}.ts',
        'src/backup/s3-*.ts',
      ],
      thresholds: { lines: 85 },
    },
  },
});
