// Responses of ECR of the shapes in Amazon ECR API Reference, DescribeImageScanFindings (examples for basic and enhanced
// image scanning) and ImageScanStatus, and runs of delivery/scan.mjs on them. A page has 100 findings, of an enhanced scan
// whatever maxResults says (boto/boto3#3449).

import { join } from 'node:path';
import { DIGEST, runDelivery } from './delivery-script.ts';

const FAKE_AWS = `exec node '${join(import.meta.dirname, 'fake-aws.mjs')}' "$@"`;

type Status = readonly [status: string, description?: string];
export const COMPLETE: Status = ['COMPLETE', 'The scan was completed successfully.'];
export const ACTIVE: Status = ['ACTIVE', 'Continuous scan is selected for image.'];

interface Page {
  readonly status?: Status;
  readonly findings?: readonly unknown[];
  readonly enhancedFindings?: readonly unknown[];
  readonly counts?: Readonly<Record<string, number>>;
}

export const page = ({
  status: [status, description] = COMPLETE,
  counts = {},
  ...lists
}: Page = {}) => ({
  imageScanFindings: {
    ...lists,
    imageScanCompletedAt: '2025-06-09T07:08:40.144000+00:00',
    vulnerabilitySourceUpdatedAt: '2025-06-09T07:08:40.144000+00:00',
    findingSeverityCounts: counts,
  },
  registryId: '123456789012',
  repositoryName: 'carthub-backend',
  imageId: { imageDigest: DIGEST },
  imageScanStatus: { status, description },
});

/** Without results: as while a scan waits, and when there will be none. */
export const without = (status: string, description = '') => {
  const { imageScanFindings: _, ...rest } = page({ status: [status, description] });
  return { pages: [rest] };
};

export const basic = (name: string, severity: string) => ({
  name,
  description: 'A code execution vulnerability.',
  uri: `https://security-tracker.debian.org/tracker/${name}`,
  severity,
  attributes: [
    { key: 'package_version', value: '1.44.1' },
    { key: 'package_name', value: 'e2fsprogs' },
    { key: 'CVSS2_SCORE', value: '4.6' },
  ],
});

export const enhanced = (vulnerabilityId: string, severity: string, fixAvailable?: string) => ({
  awsAccountId: '123456789012',
  packageVulnerabilityDetails: {
    source: 'DEBIAN_CVE',
    sourceUrl: `https://security-tracker.debian.org/tracker/${vulnerabilityId}`,
    vulnerabilityId,
    vulnerablePackages: [
      {
        name: 'libxml2',
        packageManager: 'OS',
        version: '2.9.14+dfsg',
        fixedInVersion: 'NotAvailable',
      },
    ],
  },
  severity,
  status: 'ACTIVE',
  title: `${vulnerabilityId} - libxml2`,
  type: 'PACKAGE_VULNERABILITY',
  fixAvailable,
});

export const failure = (code: string, more = '') => ({
  error: `An error occurred (${code}) when calling the DescribeImageScanFindings operation${more}: Sorry`,
});

export const scan = (
  steps: readonly unknown[],
  allowed: readonly string[] = [],
  variables = {},
) => {
  const { calls, ...run } = runDelivery('scan.mjs', {
    programs: { aws: FAKE_AWS },
    steps,
    allowed,
    variables: {
      REPOSITORY_NAME: 'carthub-backend',
      SCAN_TIMEOUT_SECONDS: '20',
      SCAN_INTERVAL_SECONDS: '0.05',
      MANIFEST: '{ "schemaVersion": 2, "config": {}, "layers": [] }',
      ...variables,
    },
  });
  const isScan = (call: string) => call.includes('describe-image-scan-findings');
  return { ...run, calls: calls.filter(isScan), others: calls.filter((call) => !isScan(call)) };
};
