// node scripts/precompress.ts dist site: copies the build for nginx, once per encoding.
//
//   site/identity/…   every file except source maps
//   site/br/…         the files that brotli makes smaller, with the same names
//   site/gzip/…       the same with gzip
//
// Separate directories instead of app.js.br beside app.js, because nginx derives the media type from the extension.

import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const COMPRESSIBLE = /\.(?:js|css|html|svg|json|txt|webmanifest|xml)$/;
/** Below this, headers and the first packet outweigh the saving. */
const MIN_BYTES = 512;

const ENCODERS = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
    }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
};

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error('usage: precompress.ts FROM TO');

await rm(to, { recursive: true, force: true });
const isServed = (path: string) => !path.endsWith('.map');
await cp(from, join(to, 'identity'), { recursive: true, filter: isServed });
for (const file of await readdir(from, { recursive: true })) {
  if (COMPRESSIBLE.test(file)) await encode(await readFile(join(from, file)), file, to);
}

async function encode(bytes: Buffer, file: string, directory: string): Promise<void> {
  if (bytes.length < MIN_BYTES) return;
  for (const [name, compress] of Object.entries(ENCODERS)) {
    const encoded = await compress(bytes);
    if (encoded.length >= bytes.length) continue;
    const target = join(directory, name, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, encoded);
  }
}
