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
        // These run pg_dump and pg_restore or use S3, which a machine with only Node does not have: drills/
        // covers them.
        'src/backup/{backup,bucket-backup,dump}.ts',
        'src/backup/contents/snapshot.queries.ts',
        'src/backup/restore/{databases.queries,restore}.ts',
        'src/backup/stores/{open-store,s3-*}.ts',
        'src/backup/tools/child-environment.ts',
      ],
      thresholds: { lines: 85 },
    },
  },
});
