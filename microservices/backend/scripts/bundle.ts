// The program as one file: Node.js opens one instead of some 900, and is ready in half the time
// (docs/decisions/025). Not minified, so that a stack trace can be read.

import { build, type Plugin } from 'esbuild';

/** It reads files that lie beside it, and is opened with the first page of /docs. */
const EXTERNAL = ['@fastify/swagger-ui'];

/** Only /docs/yaml needs it, but @fastify/swagger opens it at once: here when it is first used. */
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
  plugins: [LATE_YAML],
  banner: { js: COMMON_JS },
  sourcemap: true,
  logLevel: 'warning',
});
