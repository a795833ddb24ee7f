// The storefront's image under the rights of its pod, in front of a fake backend.

import { answersOk, waitUntil } from '../../../testbed/wait-until.ts';
import { type Container, HOST, startContainer } from './containers.ts';
import { type FakeBackend, startFakeBackend } from './fake-backend.ts';
import { buildImage } from './images.ts';
import { readPodTemplate } from './pod-template.ts';

export interface Site extends AsyncDisposable {
  readonly backend: FakeBackend;
  readonly nginx: Container;
  readonly url: string;
}

export async function openSite(): Promise<Site> {
  const backend = await startFakeBackend();
  const nginx = await startContainer({
    image: buildImage('frontend'),
    flags: readPodTemplate('frontend/k8s/deployment.yaml').flags,
    env: { BACKEND_URL: `http://${HOST}:${backend.port}` },
  });
  const url = `http://${nginx.address}:8080`;
  await waitUntil('nginx responds', () => answersOk(`${url}/healthz`));
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
