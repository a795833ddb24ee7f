// The program as one file: Node.js opens one instead of some 900, and is ready in half the time
// (docs/decisions/025). Not minified, so that a stack trace can be read.

import { build } from 'esbuild';

/** They read files that lie beside them. */
const EXTERNAL = ['@fastify/swagger-ui', 'pino'];

/** For packages in CommonJS: a module has none of these. */
const COMMON_JS = [
  "import { createRequire as createRequireHere } from 'node:module';",
  'const require = createRequireHere(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: EXTERNAL,
  banner: { js: COMMON_JS },
  sourcemap: true,
  logLevel: 'warning',
});
