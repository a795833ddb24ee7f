// Waits for ECR's scans of the image, one for each processor. Fails on a fixable CRITICAL or HIGH finding that
// allowed-findings.txt does not allow today, and if there is no result. Fields and states: Amazon ECR API Reference,
// DescribeImageScanFindings, ImageScanStatus, ImageScanFinding and EnhancedImageScanFinding.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { refuse } from './allowed-findings.mjs';

const { REPOSITORY_NAME, SCAN_TIMEOUT_SECONDS = '900', SCAN_INTERVAL_SECONDS = '10' } = process.env;
if (!REPOSITORY_NAME) fail('REPOSITORY_NAME is not set.');
const IMAGE = readFileSync(join(import.meta.dirname, '../image-digest'), 'utf8').trim();
const DEADLINE = Date.now() + Number(SCAN_TIMEOUT_SECONDS) * 1000;

// A continuous enhanced scan stays ACTIVE and never becomes COMPLETE, so `aws ecr wait image-scan-complete` would
// wait in vain (botocore, ecr waiters-2.json). COMPLETE can hold enhanced findings too (theam/facility#127).
const FINISHED = ['COMPLETE', 'ACTIVE'];
const HOPELESS = [
  'FAILED',
  'UNSUPPORTED_IMAGE',
  'SCAN_ELIGIBILITY_EXPIRED',
  'LIMIT_EXCEEDED',
  'IMAGE_ARCHIVED',
];
// Without these, ECR may convert a list to one of its members (BatchGetImage, acceptedMediaTypes).
const LISTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
/** Errors that another request may not have. Until a scan has begun, ECR reports ScanNotFoundException. */
const PASSING =
  /\((ScanNotFound|Throttling|TooManyRequests|Server|ServiceUnavailable|InternalFailure|RequestTimeout)\w*\)|timeout on endpoint|could not connect to the endpoint|connection was closed/i;

/** After so many looks in vain, a minute, the scan is requested. */
const PATIENCE = 6;

// By text and fix: most findings are those of every processor.
const findings = new Map();
for (const digest of await membersOf(IMAGE))
  for (const finding of findingsOf(await finishedScan(digest)))
    findings.set(`${finding.text} ${finding.fix}`, finding);
const severe = [...findings.values()].filter(({ severity }) => /^(CRITICAL|HIGH)$/.test(severity));
const fixable = severe.filter(({ fix }) => fix !== 'NO');
for (const { text } of severe.filter(({ fix }) => fix === 'NO'))
  console.log(`${text}: ignored, because it has no fix yet.`);
const refused = refuse(fixable);
if (refused > 0)
  fail(
    `The image ${IMAGE} has ${refused} findings that are not allowed: update its base image, or see delivery/allowed-findings.txt.`,
  );
console.log(`The scan of the image ${IMAGE} found nothing that stops it.`);

/**
 * ECR scans the members of a manifest list, and never the list (aws/containers-roadmap#1683).
 * @returns {Promise<string[]>} their digests, or that of an image that is no list
 */
async function membersOf(image) {
  const request = ['batch-get-image', '--image-ids', `imageDigest=${image}`];
  let last = 'no response';
  while (Date.now() < DEADLINE) {
    const { response, problem } = await callEcr([...request, '--accepted-media-types', ...LISTS]);
    last = problem ?? JSON.stringify(response.failures);
    if (response?.images?.length === 1) {
      const { manifests } = JSON.parse(response.images[0].imageManifest);
      if (manifests?.length === 0) fail(`The image ${image} is an empty list: it is not deployed.`);
      return manifests?.map(({ digest }) => digest) ?? [image];
    }
    if (response) break;
    await pause();
  }
  return fail(`ECR did not return the image ${image} (${last}): it is not deployed.`);
}

async function finishedScan(digest) {
  let last = 'no response';
  for (let looks = 1; Date.now() < DEADLINE; looks += 1) {
    const { response, problem } = await describeScan(digest);
    if (looks === PATIENCE && /ScanNotFound/.test(problem)) await requestScan(digest);
    const { status, description = '' } = response?.imageScanStatus ?? {};
    last = problem ?? `${status} ${description}`.trim();
    if (HOPELESS.includes(status))
      fail(`ECR could not scan the image ${IMAGE} (${last}): it is not deployed.`);
    // An enhanced scan can be ACTIVE before it has results.
    if (FINISHED.includes(status) && response.imageScanFindings?.imageScanCompletedAt)
      return response;
    await pause();
  }
  fail(
    `ECR has not scanned the image ${IMAGE} in ${SCAN_TIMEOUT_SECONDS} s (${last}): it is not deployed. Run the stage again.`,
  );
}

/**
 * The repository's scan on push is deprecated, and the rules of the account's registry may have none for it (Amazon ECR
 * API Reference, PutImageScanningConfiguration, StartImageScan). ECR refuses this if it scanned the image today, or if
 * scans are enhanced: then waiting goes on.
 */
async function requestScan(digest) {
  const request = ['start-image-scan', '--image-id', `imageDigest=${digest}`];
  const { problem } = await callEcr(request, /./);
  console.log(problem ? `No scan has begun: ${problem}` : `Requested a scan of ${digest}.`);
}

function pause() {
  return sleep(Math.min(Number(SCAN_INTERVAL_SECONDS) * 1000, Math.max(DEADLINE - Date.now(), 0)));
}

/**
 * All pages in one response. With `--output text` the CLI would print a status per page, because it applies a query
 * to each page (AWS CLI User Guide, "Filter output"); as JSON it joins them.
 */
function describeScan(digest) {
  return callEcr(['describe-image-scan-findings', '--image-id', `imageDigest=${digest}`]);
}

/** @param passing problems that are returned; others end this script */
async function callEcr(request, passing = PASSING) {
  const args = [
    ...['ecr', ...request, '--output', 'json', '--repository-name', REPOSITORY_NAME],
    ...['--cli-connect-timeout', '10', '--cli-read-timeout', '30'],
  ];
  try {
    const { stdout } = await promisify(execFile)('aws', args, {
      maxBuffer: 500_000_000,
      timeout: Math.min(120_000, Math.max(DEADLINE - Date.now(), 1)),
      env: { ...process.env, AWS_PAGER: '', AWS_RETRY_MODE: 'standard' },
    });
    return { response: JSON.parse(stdout) };
  } catch (error) {
    const problem = (error.stderr || error.message).trim();
    if (error.killed || passing.test(problem))
      return { problem: error.killed ? 'no response' : problem };
    return fail(`Could not read the scan from ECR:\n${problem}`);
  }
}

function findingsOf({ imageScanFindings, nextToken, NextToken }) {
  const {
    findings = [],
    enhancedFindings = [],
    findingSeverityCounts: counts = {},
  } = imageScanFindings;
  const listed = [...findings.map(basicFinding), ...enhancedFindings.map(enhancedFinding)];
  // An AWS CLI before 2.4.3 drops enhanced findings (aws/aws-cli#6759).
  if (nextToken || NextToken || ((counts.CRITICAL || counts.HIGH) && listed.length === 0))
    fail(
      `The AWS CLI does not show all findings of the image ${IMAGE}: update it. The image is not deployed.`,
    );
  return listed;
}

/** Basic scans do not say whether there is a fix (aws/containers-roadmap#1054), so these findings stop the image. */
function basicFinding({ name, severity, uri = '', attributes = [] }) {
  const attribute = (key) => attributes.find((each) => each.key === key)?.value ?? '';
  const what = `${attribute('package_name')} ${attribute('package_version')}`.trim();
  return {
    id: name,
    severity,
    text: [`${name} (${severity})`, what, uri].filter(Boolean).join(' '),
  };
}

/** `fixAvailable` is YES, NO or PARTIAL; what says nothing counts as fixable. */
function enhancedFinding({
  severity,
  title,
  fixAvailable,
  packageVulnerabilityDetails: details = {},
}) {
  const id = details.vulnerabilityId ?? title;
  const packages = (details.vulnerablePackages ?? []).map(
    ({ name, version }) => `${name} ${version}`,
  );
  const text = [`${id} (${severity})`, packages.join(', '), details.sourceUrl].filter(Boolean);
  return { id, severity, fix: fixAvailable, text: text.join(' ') };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
