// delivery/scan.mjs on a manifest list, as buildx pushes it (OCI Image Format Specification, image index).

import { describe, expect, it } from 'vitest';
import { DIGEST } from './delivery-script.ts';
import { basic, enhanced, page, scan } from './scan-responses.ts';

describe('a list of images', () => {
  const member = (digit: string, architecture: string) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${digit.repeat(64)}`,
    platform: { architecture, os: 'linux' },
  });
  const list = (...manifests: readonly unknown[]) => ({
    MANIFEST: JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests,
    }),
  });
  const BOTH = list(member('a', 'amd64'), member('b', 'arm64'));
  const clean = { pages: [page({ findings: [] })] };
  const severe = { pages: [page({ findings: [basic('CVE-2026-900', 'HIGH')] })] };

  it('is read as a list, and each member is scanned', () => {
    const { status, calls, others } = scan([clean], [], BOTH);
    expect(status).toBe(0);
    expect(others).toEqual([expect.stringContaining('application/vnd.oci.image.index.v1+json')]);
    expect(others[0]).toContain(`imageDigest=${DIGEST}`);
    expect(calls).toEqual(
      ['a', 'b'].map((digit) => expect.stringContaining(`imageDigest=sha256:${digit.repeat(64)}`)),
    );
  });

  it.each([
    ['of the second member alone', [clean, severe]],
    ['of both, which counts once', [severe]],
  ])('is stopped by a finding %s', (_, steps) => {
    const { status, output } = scan(steps, [], BOTH);
    expect(status).toBe(1);
    expect(output).toContain('has 1 findings that are not allowed');
  });

  it('is stopped if one member has a fix', () => {
    const fixed = (fix: string) => ({
      pages: [page({ enhancedFindings: [enhanced('CVE-2026-900', 'HIGH', fix)] })],
    });
    expect(scan([fixed('YES'), fixed('NO')], [], BOTH)).toMatchObject({ status: 1 });
    expect(scan([fixed('NO')], [], BOTH)).toMatchObject({ status: 0 });
  });

  it.each([
    ['without members', list(), 'is an empty list'],
    [
      'with an attestation',
      list(member('a', 'amd64'), member('c', 'unknown')),
      'UNSUPPORTED_IMAGE',
    ],
    ['that ECR does not have', { MANIFEST: undefined }, 'ImageNotFound'],
  ])('%s is not deployed', (_, variables, message) => {
    const { status, output } = scan([clean], [], variables);
    expect(status).toBe(1);
    expect(output).toContain(message);
  });
});
