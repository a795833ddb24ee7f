// Bundles each program into one file: Node.js opens one file instead of about 900 and starts in half the time
// (docs/decisions/025). Not minified, so that stack traces stay readable.

import { build, type Plugin } from 'esbuild';

/** Loaded when they are used: one reads files beside it, with the first page of /docs; the other if Stripe takes the money. */
const EXTERNAL = ['@fastify/swagger-ui', 'stripe'];

/** Only /docs/yaml needs it, but @fastify/swagger loads it at startup; this plugin loads it on first use. */
const LATE_YAML: Plugin = {
  name: 'late-yaml',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^yaml$/ }, ({ namespace }) =>
      namespace === 'late' ? { path: 'yaml', external: true } : { path: 'yaml', namespace: 'late' },
    );
    onLoad({ filter: /^yaml$/, namespace: 'late' }, () => ({
      contents: "exports.stringify = (...all) => require('yaml').stringify(...all);",
    }));
  },
};

/** Bundled CommonJS packages need these, which ES modules do not have. */
const COMMON_JS = [
  "import { createRequire as createRequireHere } from 'node:module';",
  'const require = createRequireHere(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

await build({
  entryPoints: ['src/main.ts', 'src/worker.ts'],
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: EXTERNAL,
  plugins: [LATE_YAML],
  banner: { js: COMMON_JS },
  sourcemap: true,
  logLevel: 'warning',
});
