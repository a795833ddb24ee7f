// The two servers of the storefront's files: the one of `npm start`, and nginx with the image's configuration.

import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../testbed/free-port.ts';
import { createScratch } from '../../../testbed/scratch.ts';
import { answersOk, waitUntil } from '../../../testbed/wait-until.ts';
import { buildStorefront } from '../../start/storefront.ts';

export interface Site extends AsyncDisposable {
  readonly url: string;
}

interface SiteOptions {
  readonly backendUrl: string;
  readonly pictureHosts?: readonly string[];
}

const NGINX_DIRECTORY = new URL('../../../microservices/frontend/nginx/', import.meta.url).pathname;

export const hasNginx = spawnSync('nginx', ['-v']).status === 0;

export async function openNpmStart({ backendUrl, pictureHosts = [] }: SiteOptions): Promise<Site> {
  const scratch = await createScratch();
  await writeFile(join(scratch.path, 'index.html'), '<title>Shop</title>');
  const app = await buildStorefront({ directory: scratch.path, backendUrl, pictureHosts });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      app.server.closeAllConnections();
      await app.close();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

export async function openNginx({ backendUrl, pictureHosts = [] }: SiteOptions): Promise<Site> {
  const scratch = await createScratch();
  const site = join(scratch.path, 'site');
  const out = join(scratch.path, 'nginx');
  await mkdir(join(site, 'identity'), { recursive: true });
  await writeFile(join(site, 'identity', 'index.html'), '<title>Shop</title>');
  // In place of nginx, so that the script only writes the configuration.
  const stub = join(scratch.path, 'bin');
  await mkdir(stub);
  await writeFile(join(stub, 'nginx'), '#!/bin/sh\n', { mode: 0o755 });
  const written = spawnSync('sh', [join(NGINX_DIRECTORY, 'start.sh')], {
    encoding: 'utf8',
    env: {
      PATH: `${stub}:${process.env.PATH}`,
      SITE: site,
      NGINX_OUT: out,
      BACKEND_URL: backendUrl,
      PICTURE_HOSTS: pictureHosts.join(' '),
    },
  });
  if (written.status !== 0) throw new Error(written.stderr);
  const [port, statusPort] = [await freePort(), await freePort()];
  const file = join(out, 'nginx.conf');
  const configuration = (await readFile(file, 'utf8'))
    .replaceAll('/tmp/', `${scratch.path}/`)
    .replace(/include .*\/nginx\//g, `include ${out}/`)
    .replace('listen 8080 ', `listen 127.0.0.1:${port} `)
    .replace('listen 127.0.0.1:8081', `listen 127.0.0.1:${statusPort}`);
  await writeFile(file, configuration);
  const nginx = spawn('nginx', ['-e', 'stderr', '-c', file, '-g', 'daemon off;'], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => nginx.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  await waitUntil('nginx responds', () => answersOk(`${url}/healthz`));
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      nginx.kill('SIGTERM');
      await ended;
      await scratch[Symbol.asyncDispose]();
    },
  };
}
