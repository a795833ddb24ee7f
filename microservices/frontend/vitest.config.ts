import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { findChromium } from './test/support/find-chromium.ts';

const { executablePath, env } = await findChromium(process.env);
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  plugins: [react(), tailwindcss(), serveMockServiceWorker()],
  optimizeDeps: {
    include: ['react-dom/client', 'react/jsx-dev-runtime', 'vitest-browser-react', 'msw/browser'],
  },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/support/setup.ts'],
    // The default of 1 s fails on a busy machine; a passing assertion never waits this long.
    expect: { poll: { timeout: 5000 } },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      viewport: { width: 1280, height: 900 },
      instances: [{ browser: 'chromium' }],
      provider: playwright({
        launchOptions: {
          executablePath,
          env,
          args: ['--disable-dev-shm-usage', '--disable-gpu', ...(isRoot ? ['--no-sandbox'] : [])],
        },
        contextOptions: { locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' },
      }),
    },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/app/main.tsx', '**/*.generated.ts'],
      reporter: ['text', 'lcov'],
      thresholds: { lines: 85 },
    },
  },
});

/** Serves the worker from the package: always the installed version, and never part of the build. */
function serveMockServiceWorker(): Plugin {
  const file = createRequire(import.meta.url).resolve('msw/mockServiceWorker.js');
  return {
    name: 'serve-mock-service-worker',
    configureServer(server) {
      server.middlewares.use('/mockServiceWorker.js', (_request, response) => {
        response.setHeader('Content-Type', 'text/javascript');
        createReadStream(file).pipe(response);
      });
    },
  };
}
