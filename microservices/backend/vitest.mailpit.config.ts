import { defineConfig } from 'vitest/config';

/** The deeper checks of mails: they need Mailpit (see test/modules/mail/mails.mailpit.ts). */
export default defineConfig({
  test: { include: ['test/**/*.mailpit.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
