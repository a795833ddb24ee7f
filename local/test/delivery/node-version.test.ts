// A service is tested on the Node of its image: what a pipeline's tests pass on is what runs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const majors = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found]) => found);

describe.each(['backend', 'database', 'frontend'])('the %s', (service) => {
  const [ofImage = ''] = majors(
    read(`microservices/${service}/Dockerfile`),
    /^ARG NODE_IMAGE=\S+\/node:(\d+)-/gm,
  );
  const buildspec = read(`microservices/${service}/buildspec.yml`);

  it('is tested on the Node of its image, which CodeBuild pulls from a mirror', () => {
    expect(ofImage).toMatch(/^\d+$/);
    expect(majors(buildspec, /nodejs: (\d+)/g)).toEqual([ofImage]);
    expect(majors(buildspec, /NODE_IMAGE: \S+\/node:(\d+)-/g)).toEqual([ofImage]);
  });

  it('is tested on it by GitHub Actions', () => {
    const found = majors(read('.github/workflows/service.yml'), /node-version: (\d+)/g);
    expect(new Set(found)).toEqual(new Set([ofImage]));
  });

  it('runs on it in the drills', () => {
    expect(majors(read('drills/images/debian.sh'), /^NODE_VERSION=(\d+)/gm)).toEqual([ofImage]);
  });

  it('has dependencies for it and for the oldest Node that a laptop may have', () => {
    const { engines } = JSON.parse(read(`microservices/${service}/package.json`));
    const [oldest = ''] = majors(engines.node, /^>=(\d+)/g);
    expect(Number(oldest)).toBeLessThanOrEqual(Number(ofImage));
  });
});
