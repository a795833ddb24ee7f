// The storefront's image under its pod's rights, before a backend that is imitated.

import { answersOk, waitUntil } from '../../../testbed/wait-until.ts';
import { type Container, HOST, startContainer } from './containers.ts';
import { type ImitatedBackend, startImitatedBackend } from './fake-backend.ts';
import { buildImage } from './images.ts';
import { readPodTemplate } from './pod-template.ts';

export interface Site extends AsyncDisposable {
  readonly backend: ImitatedBackend;
  readonly nginx: Container;
  readonly url: string;
}

export async function openSite(): Promise<Site> {
  const backend = await startImitatedBackend();
  const nginx = await startContainer({
    image: buildImage('frontend'),
    flags: readPodTemplate('frontend/k8s/deployment.yaml').flags,
    env: { BACKEND_URL: `http://${HOST}:${backend.port}` },
  });
  const url = `http://${nginx.address}:8080`;
  await waitUntil('nginx answers', () => answersOk(`${url}/healthz`));
  return {
    backend,
    nginx,
    url,
    [Symbol.asyncDispose]: async () => {
      await nginx[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
}
