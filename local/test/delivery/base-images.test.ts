import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createScratch } from '../../../testbed/scratch.ts';
import { findMovingTags, refreshDigests } from '../../checks/base-images.ts';
import { resolveDigest } from '../../checks/registry.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OLD = `sha256:${'b'.repeat(64)}`;

describe('a base image', () => {
  it.each([
    ['by tag', 'ARG NODE_IMAGE=docker.io/library/node:24-slim'],
    ['by a short digest', 'ARG NODE_IMAGE=docker.io/library/node:24-slim@sha256:abc'],
    ['by a digest that names no tag to follow', `ARG NODE_IMAGE=docker.io/library/node@${DIGEST}`],
    ['in a stage', 'FROM --platform=$BUILDPLATFORM docker.io/library/node:24-slim AS build'],
    ['of a pod', 'containers:\n  - name: scaler\n    image: registry.k8s.io/kubectl:v1.36.3\n'],
    [
      'of a pipeline',
      'env:\n  variables:\n    NODE_IMAGE: public.ecr.aws/docker/library/node:24-slim',
    ],
  ])('%s can move', async (_, text) => {
    await using scratch = await createScratch();
    await writeFile(join(scratch.path, 'file'), text);
    expect(await findMovingTags(scratch.path, ['file'])).toHaveLength(1);
  });

  it('gets the digest of its tag, and keeps it', async () => {
    await using scratch = await createScratch();
    const file = join(scratch.path, 'file');
    await writeFile(
      file,
      `ARG A_IMAGE=docker.io/a:1\nARG B_IMAGE=docker.io/a:1@${OLD}\nFROM build AS last\n`,
    );
    const asked: string[] = [];
    await refreshDigests(
      scratch.path,
      async ({ name, tag }) => {
        asked.push(`${name}:${tag}`);
        return DIGEST;
      },
      ['file'],
    );
    expect(await readFile(file, 'utf8')).toBe(
      `ARG A_IMAGE=docker.io/a:1@${DIGEST}\nARG B_IMAGE=docker.io/a:1@${DIGEST}\nFROM build AS last\n`,
    );
    expect(asked).toEqual(['a:1']);
    expect(await findMovingTags(scratch.path, ['file'])).toEqual([]);
  });
});

// Headers as in Docker Hub's: OCI Distribution Specification; Docker, "Token Authentication Specification".
describe('the digest of a tag', () => {
  let server: Server;
  afterEach(() => server.close());

  async function registry(type: string): Promise<string> {
    server = createServer(({ url = '', headers }, response) => {
      const { port } = server.address() as AddressInfo;
      if (url === '/token?service=registry.docker.io&scope=repository%3Alibrary%2Fnode%3Apull')
        response.end(JSON.stringify({ token: 'secret' }));
      else if (url !== '/v2/library/node/manifests/24') response.writeHead(404).end();
      else if (headers.authorization !== 'Bearer secret')
        response
          .writeHead(401, {
            'www-authenticate': `Bearer realm="http://127.0.0.1:${port}/token",service="registry.docker.io",scope="repository:library/node:pull"`,
          })
          .end();
      else response.writeHead(200, { 'content-type': type, 'docker-content-digest': DIGEST }).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const ask = (host: string, tag = '24') =>
    resolveDigest({ host, name: 'library/node', tag }, 'http');

  it('is read with an anonymous token', async () => {
    expect(await ask(await registry('application/vnd.oci.image.index.v1+json'))).toBe(DIGEST);
  });

  it('is refused for an image of one processor, and for a tag that does not exist', async () => {
    const host = await registry('application/vnd.oci.image.manifest.v1+json');
    await expect(ask(host)).rejects.toThrow('several processors');
    await expect(ask(host, '99')).rejects.toThrow('404');
  });
});
