// node scripts/precompress.ts dist site: the build as nginx serves it, once for each encoding.
//
//   site/identity/…   every file but the source maps
//   site/br/…         what brotli makes smaller, under the same names
//   site/gzip/…       the same for gzip
//
// Trees and not app.js.br beside app.js, because nginx takes the type of a file from the end of its name.

import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const TEXT = /\.(?:js|css|html|svg|json|txt|webmanifest|xml)$/;
/** Below it, headers and the first packet outweigh what is saved. */
const WORTH_BYTES = 512;

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
  if (TEXT.test(file)) await encode(await readFile(join(from, file)), file, to);
}

async function encode(bytes: Buffer, file: string, directory: string): Promise<void> {
  if (bytes.length < WORTH_BYTES) return;
  for (const [name, compress] of Object.entries(ENCODERS)) {
    const encoded = await compress(bytes);
    if (encoded.length >= bytes.length) continue;
    const target = join(directory, name, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, encoded);
  }
}
