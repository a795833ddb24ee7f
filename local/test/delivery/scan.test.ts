// delivery/scan.mjs on single images. Lists: scan-list.test.ts.

import { describe, expect, it } from 'vitest';
import { DIGEST, day } from './delivery-script.ts';
import {
  ACTIVE,
  basic,
  COMPLETE,
  enhanced,
  failure,
  page,
  scan,
  without,
} from './scan-responses.ts';

/** Longer than a busy machine takes to start the first program. */
const TIMES_OUT = { SCAN_TIMEOUT_SECONDS: '3' };
const MANY = Array.from({ length: 100 }, (_, index) => basic(`CVE-2026-${index}`, 'MEDIUM'));

describe('a finished scan lets pass', () => {
  it.each([
    ['a basic scan without findings', page({ findings: [] })],
    ['an enhanced scan without findings, which has no list', page({ status: ACTIVE })],
    [
      'medium and lower findings',
      page({ findings: [basic('CVE-2026-1', 'MEDIUM')], counts: { MEDIUM: 1 } }),
    ],
    [
      'findings that have no severity yet',
      page({ enhancedFindings: [enhanced('CVE-2026-1', 'UNTRIAGED', 'YES')] }),
    ],
  ])('%s', (_, response) => {
    const { status, output, calls } = scan([{ pages: [response] }]);
    expect(output).toContain('nothing that stops it');
    expect(status).toBe(0);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain(
      `--image-id imageDigest=${DIGEST} --output json --repository-name carthub-backend`,
    );
  });

  it.each([
    ['that is continuous', ACTIVE],
    ['on push', COMPLETE],
  ])(
    'an enhanced scan %s of an image with findings that have no fix, and names them',
    (_, state) => {
      const enhancedFindings = [enhanced('CVE-2022-49043', 'HIGH', 'NO')];
      const { status, output } = scan([{ pages: [page({ status: state, enhancedFindings })] }]);
      expect(status).toBe(0);
      expect(output).toContain('CVE-2022-49043 (HIGH) libxml2 2.9.14+dfsg');
      expect(output).toContain('no fix yet');
    },
  );
});

describe('a finding stops the image', () => {
  const inPages = [
    page({ findings: MANY, counts: { MEDIUM: 200, HIGH: 1 } }),
    page({ findings: MANY }),
    page({ findings: [basic('CVE-2026-900', 'HIGH')] }),
  ];
  const inEnhancedPages = [
    page({ status: ACTIVE, enhancedFindings: [enhanced('CVE-2026-1', 'HIGH', 'NO')] }),
    page({ status: ACTIVE, enhancedFindings: [enhanced('CVE-2026-900', 'CRITICAL', 'YES')] }),
  ];
  it.each([
    [
      'of a basic scan, which knows no fixes',
      [page({ findings: [basic('CVE-2026-900', 'CRITICAL')] })],
    ],
    ['on the third page', inPages],
    ['on the second page of an enhanced scan', inEnhancedPages],
    [
      'with a partial fix',
      [page({ enhancedFindings: [enhanced('CVE-2026-900', 'HIGH', 'PARTIAL')] })],
    ],
    [
      'that does not say whether there is a fix',
      [page({ enhancedFindings: [enhanced('CVE-2026-900', 'HIGH')] })],
    ],
  ])('%s', (_, pages) => {
    const { status, output } = scan([{ pages }]);
    expect(status).toBe(1);
    expect(output).toContain('CVE-2026-900');
    expect(output).toContain('has 1 findings that are not allowed');
  });

  const pages = [page({ findings: [basic('CVE-2026-1', 'HIGH')] })];
  it.each([
    [
      'passes until the last day of its exception',
      `CVE-2026-1 ${day(0)} not reachable`,
      0,
      `allowed until ${day(0)}`,
    ],
    [
      'stops the image a day later',
      `CVE-2026-1 ${day(-1)} not reachable`,
      1,
      `exception expired after ${day(-1)}`,
    ],
    [
      'is not allowed by the exception of another',
      `CVE-2026-11 ${day(9)} not reachable`,
      1,
      'CVE-2026-1 (HIGH)',
    ],
    ['needs a reason', `CVE-2026-1 ${day(9)}`, 1, 'Line 1 of delivery/allowed-findings.txt'],
    ['needs a day that exists', 'CVE-2026-1 2999-02-31 not reachable', 1, 'Line 1'],
    ['has one exception', `CVE-2026-1 ${day(9)} a\nCVE-2026-1 ${day(99)} b`, 1, 'Line 2'],
  ])('and %s', (_, line, expected, message) => {
    const { status, output } = scan([{ pages }], [line]);
    expect(output).toContain(message);
    expect(status).toBe(expected);
  });
});

describe('without a result', () => {
  const done = { pages: [page({ findings: [] })] };
  const nothing = Array(6).fill(failure('ScanNotFoundException'));
  const LIMIT =
    'An error occurred (LimitExceededException) when calling the StartImageScan operation: Sorry';

  it.each(['', LIMIT])('requests a scan that no push began, once: %s', (problem) => {
    const steps = [...nothing, ...nothing, done];
    const { status, others } = scan(steps, [], { START_PROBLEM: problem });
    expect(status).toBe(0);
    const started = others.filter((call) => call.includes('start-image-scan'));
    expect(started).toEqual([expect.stringContaining('--image-id imageDigest=sha256:')]);
  });

  it('requests none that begins by itself', () => {
    const { others } = scan([...nothing.slice(1), without('IN_PROGRESS'), done]);
    expect(others.join()).not.toContain('start-image-scan');
  });

  it.each([
    ['is not there yet', failure('ScanNotFoundException')],
    ['is pending', without('PENDING')],
    ['is in progress', without('IN_PROGRESS')],
    ['is active before it has results', without('ACTIVE', ACTIVE[1])],
    ['has no findings yet', without('FINDINGS_UNAVAILABLE')],
    ['is in a state that AWS may add', without('QUEUED')],
    ['is throttled', failure('ThrottlingException', ' (reached max retries: 4)')],
    ['meets an error of the server', failure('ServerException')],
    [
      'meets a timeout',
      { error: 'Read timeout on endpoint URL: "https://api.ecr.us-west-2.amazonaws.com/"' },
    ],
  ])('waits while the scan %s, until the deadline', (_, step) => {
    expect(scan([step, step, done])).toMatchObject({ status: 0, calls: { length: 3 } });
    const late = scan([step], [], TIMES_OUT);
    expect(late.status).toBe(1);
    expect(late.output).toContain('has not scanned');
  });

  it('does not wait longer for a CLI that hangs', () => {
    const { status, output } = scan([{ hangs: true }], [], TIMES_OUT);
    expect(status).toBe(1);
    expect(output).toContain('has not scanned');
  });

  it.each([
    'FAILED',
    'UNSUPPORTED_IMAGE',
    'SCAN_ELIGIBILITY_EXPIRED',
    'LIMIT_EXCEEDED',
    'IMAGE_ARCHIVED',
  ])('fails at once in the state %s, with its description', (state) => {
    const { status, output, calls } = scan([without(state, 'UnsupportedImageError: no such OS')]);
    expect(status).toBe(1);
    expect(output).toContain(`(${state} UnsupportedImageError: no such OS)`);
    expect(calls).toHaveLength(1);
  });

  it.each([
    'AccessDeniedException',
    'RepositoryNotFoundException',
    'ImageNotFoundException',
    'ValidationException',
  ])('fails at once at the error %s', (code) => {
    const { status, output, calls } = scan([failure(code)]);
    expect(status).toBe(1);
    expect(output).toContain(code);
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['a page is missing', { ...page({ findings: [] }), nextToken: 'more' }],
    ['findings are counted but not listed', page({ status: ACTIVE, counts: { CRITICAL: 4 } })],
  ])('fails if %s', (_, response) => {
    const { status, output } = scan([{ pages: [response] }]);
    expect(status).toBe(1);
    expect(output).toContain('does not show all findings');
  });
});
