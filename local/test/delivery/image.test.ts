// delivery/image.sh with an imitated docker and AWS CLI.

import { expect, it } from 'vitest';
import { DIGEST, runDelivery } from './delivery-script.ts';

const BUILDKIT = 'docker.io/moby/buildkit:v0@sha256:1';
const BINFMT = 'docker.io/tonistiigi/binfmt:v0@sha256:2';

const AWS = `
case "$*" in
  *describe-images*)
    grep -q 'buildx build' "$CALLS_FILE" || { echo '(ImageNotFoundException)' >&2; exit 254; }
    echo '{ "imageDetails": [{ "imageDigest": "${DIGEST}" }] }' ;;
  *) echo secret ;;
esac`;

/** @param missing pattern of images that cannot be pulled */
function build(missing: string, variables: Record<string, string> = {}) {
  return runDelivery('image.sh', {
    programs: {
      aws: AWS,
      docker: `
echo "$*" >> "$CALLS_FILE"
case "$1 $2" in
  'pull --quiet') case $3 in ${missing}) exit 1 ;; esac ;;
  'buildx inspect') exit 1 ;;
  'buildx create') cat "$8" >> "$CALLS_FILE" ;;
esac`,
    },
    steps: [],
    files: { 'image-tag': 'c0ffee\n', 'package.json': '{ "version": "2.0.0" }' },
    variables: {
      REPOSITORY_NAME: 'carthub-backend',
      REPOSITORY_URI: 'registry/carthub-backend',
      BUILDKIT_IMAGE: BUILDKIT,
      ...variables,
    },
  });
}

it('takes what it needs of Docker Hub from a mirror, which has no limit of pulls', () => {
  const { status, calls } = build('none', { BINFMT_IMAGE: BINFMT });
  expect(status).toBe(0);
  expect(calls).toContain(
    'run --privileged --rm mirror.gcr.io/tonistiigi/binfmt:v0@sha256:2 --install amd64,arm64',
  );
  const create = calls.findIndex((call) => call.startsWith('buildx create'));
  expect(calls[create]).toContain('image=mirror.gcr.io/moby/buildkit:v0@sha256:1');
  expect(calls.slice(create + 1, create + 3)).toEqual([
    '[registry."docker.io"]',
    '  mirrors = ["mirror.gcr.io"]',
  ]);
  expect(calls.join('\n')).not.toContain(' docker.io/');
});

it('takes it from Docker Hub if the mirror does not have it', () => {
  const { status, calls } = build('mirror.gcr.io/*');
  expect(status).toBe(0);
  expect(calls.join('\n')).toContain(`image=${BUILDKIT}`);
});

it('builds nothing if neither has it', () => {
  const { status, calls } = build('*');
  expect(status).not.toBe(0);
  expect(calls.join('\n')).not.toContain('buildx create');
});
