// Stands in for the AWS CLI: returns MANIFEST as the image's, and for its scan plays STEPS_FILE, one step per call, the
// last one again and again. The pages of a response are joined as by botocore (data/ecr/2015-09-21/paginators-1.json): lists are
// appended, all else is the first page's. A request that lacks an option that the API requires ends with the CLI's
// status of a usage error (AWS CLI User Guide, "Return codes": 252).

import { appendFileSync, readFileSync } from 'node:fs';

/** @type {Readonly<Record<string, readonly string[]>>} */
const REQUIRED = {
  'batch-get-image': ['--repository-name', '--image-ids'],
  'describe-image-scan-findings': ['--repository-name', '--image-id'],
  'start-image-scan': ['--repository-name', '--image-id'],
};

const { STEPS_FILE = '', CALLS_FILE = '', MANIFEST, START_PROBLEM } = process.env;
const [service, action = '', ...options] = process.argv.slice(2);
const request = process.argv.slice(2).join(' ');
/** @type {any[] | undefined} */
const members = MANIFEST === undefined ? undefined : JSON.parse(MANIFEST).manifests;
const call = readFileSync(CALLS_FILE, 'utf8').split('describe-image-scan-findings').length - 1;
appendFileSync(CALLS_FILE, `${request}\n`);

const required = service === 'ecr' ? REQUIRED[action] : undefined;
if (!required?.every((option) => options.includes(option))) {
  process.stderr.write(`aws: error: the following arguments are required: ${required}\n`);
  process.exitCode = 252;
} else if (action === 'start-image-scan') start();
else if (action === 'batch-get-image') process.stdout.write(imageOf(MANIFEST));
else play(digestIn(options));

function start() {
  if (!START_PROBLEM) process.stdout.write('{ "imageScanStatus": { "status": "PENDING" } }');
  else {
    process.stderr.write(`\n${START_PROBLEM}\n`);
    process.exitCode = 254;
  }
}

/** @param {readonly string[]} list */
function digestIn(list) {
  return list[list.indexOf('--image-id') + 1]?.replace('imageDigest=', '') ?? '';
}

/** @param {string} digest */
function play(digest) {
  const member = members?.find((each) => each.digest === digest);
  // ECR scans the members of a list and never the list (aws/containers-roadmap#1683). The error's code is assumed.
  if (members && !member) refuse('ScanNotFoundException');
  // BuildKit's attestations are members with an unknown platform, and no images (same issue; Docker documentation, "Image
  // attestation storage").
  else if (member?.platform?.architecture === 'unknown')
    process.stdout.write(JSON.stringify({ imageScanStatus: { status: 'UNSUPPORTED_IMAGE' } }));
  else playStep();
}

function playStep() {
  const steps = JSON.parse(readFileSync(STEPS_FILE, 'utf8'));
  const { pages, error, hangs } = steps[Math.min(call, steps.length - 1)];
  if (hangs) setTimeout(() => {}, 60_000);
  else if (error) {
    process.stderr.write(`\n${error}\n`);
    process.exitCode = 254;
  } else process.stdout.write(JSON.stringify(join(pages)));
}

/** @param {string} code */
function refuse(code) {
  process.stderr.write(`\nAn error occurred (${code}) when calling ${action}: Sorry\n`);
  process.exitCode = 254;
}

/**
 * A list is returned only to those who accept lists; others get one of its members (ECR User Guide, "Container image
 * manifest format support": ECR translates formats).
 *
 * @param {string | undefined} imageManifest none if ECR does not have the image
 */
function imageOf(imageManifest) {
  const { mediaType, manifests } = JSON.parse(imageManifest ?? '{}');
  const isTranslated = manifests !== undefined && !options.includes(mediaType);
  const returned = isTranslated ? '{ "schemaVersion": 2, "layers": [] }' : imageManifest;
  return JSON.stringify({
    images: returned === undefined ? [] : [{ imageManifest: returned }],
    failures: returned === undefined ? [{ failureCode: 'ImageNotFound' }] : [],
  });
}

/** @param {any[]} pages */
function join([first, ...others]) {
  const joined = structuredClone(first);
  for (const { imageScanFindings } of others)
    for (const name of ['findings', 'enhancedFindings'])
      if (imageScanFindings[name]) joined.imageScanFindings[name].push(...imageScanFindings[name]);
  return joined;
}
