// A storefront build, and a backend that echoes the request's headers.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { createScratch } from '../../../testbed/scratch.ts';
import { buildStorefront } from '../../start/storefront.ts';

export async function openStorefront() {
  const scratch = await createScratch();
  await mkdir(join(scratch.path, 'assets'));
  await writeFile(join(scratch.path, 'index.html'), '<title>Shop</title>');
  await writeFile(join(scratch.path, 'assets', 'app-1a2b.js'), 'export {}');
  const backend = fastify({ http: { maxHeaderSize: 96 * 1024 } });
  backend.get('/api/v1/echo', async ({ headers, raw }) => ({ ...headers, raw: raw.rawHeaders }));
  backend.get('/api/v1/events', (_, reply) => {
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n');
  });
  const backendUrl = await backend.listen({ host: '127.0.0.1', port: 0 });
  const storefront = await buildStorefront({
    directory: scratch.path,
    backendUrl,
    pictureHosts: [],
  });
  const url = await storefront.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    backend,
    storefront,
    [Symbol.asyncDispose]: async () => {
      for (const each of [storefront, backend]) await close(each);
      await scratch[Symbol.asyncDispose]();
    },
  };
}

export async function close(app: FastifyInstance): Promise<void> {
  app.server.closeAllConnections();
  await app.close();
}
