// delivery/audit.mjs on reports of npm 7 and newer (npm/cli, workspaces/arborist/lib/audit-report.js).

import { describe, expect, it } from 'vitest';
import { day, runDelivery } from './delivery-script.ts';

const NPM = `
echo "$*" >> "$CALLS_FILE"
case "$*" in
  'audit signatures') exit "$SIGNATURES" ;;
  *) cat "$STEPS_FILE"; exit 1 ;;
esac`;

const advisory = (id: string, severity: string, name = 'left-pad') => ({
  source: 1081698,
  name,
  dependency: name,
  title: 'Prototype pollution',
  url: `https://github.com/advisories/${id}`,
  severity,
  cwe: ['CWE-1321'],
  range: '<2.0.1',
});

/** `parent` is vulnerable only through `left-pad`. */
const report = (...via: readonly unknown[]) => ({
  auditReportVersion: 2,
  vulnerabilities: {
    ...(via.length > 0 && {
      'left-pad': {
        name: 'left-pad',
        severity: 'critical',
        via,
        effects: ['parent'],
        fixAvailable: false,
      },
      parent: {
        name: 'parent',
        severity: 'critical',
        via: ['left-pad'],
        effects: [],
        fixAvailable: false,
      },
    }),
  },
  metadata: {},
});

const audit = (steps: unknown, allowed: readonly string[] = [], signatures = 0) =>
  runDelivery('audit.mjs', {
    programs: { npm: NPM },
    steps,
    allowed,
    variables: { SIGNATURES: String(signatures) },
  });

describe('the audit of dependencies', () => {
  const high = advisory('GHSA-aaaa-bbbb-cccc', 'high');
  const critical = advisory('GHSA-dddd-eeee-ffff', 'critical');
  const allow = (id: string, until: string) => `${id} ${until} only the build uses it`;

  it('reads what is shipped, and checks all signatures', () => {
    const { status, calls } = audit(report());
    expect(status).toBe(0);
    expect(calls).toEqual(['audit --omit=dev --json', 'audit signatures']);
  });

  it('lets moderate advisories pass', () => {
    expect(audit(report(advisory('GHSA-aaaa-bbbb-cccc', 'moderate')))).toMatchObject({ status: 0 });
  });

  it.each([
    ['at a high advisory', report(high), [], 'GHSA-aaaa-bbbb-cccc (high)'],
    [
      'at the second, if only the first is allowed',
      report(high, critical),
      [allow('GHSA-aaaa-bbbb-cccc', day(1))],
      'GHSA-dddd-eeee-ffff (critical)',
    ],
    [
      'after the last day of an exception',
      report(high),
      [allow('GHSA-aaaa-bbbb-cccc', day(-1))],
      'exception expired after',
    ],
    [
      'at an exception that cannot be read',
      report(),
      ['GHSA-aaaa-bbbb-cccc tomorrow fixed then'],
      'Line 1',
    ],
    [
      'at a registry without audits',
      {
        message:
          '405 Method Not Allowed - POST https://registry.npmjs.org/-/npm/v1/security/advisories/bulk',
        error: { summary: '', detail: '' },
      },
      [],
      'No audit of the dependencies: 405',
    ],
    ['at a report of another version', { advisories: {} }, [], 'No audit of the dependencies'],
  ])('fails %s', (_, steps, allowed, message) => {
    const { status, output } = audit(steps, allowed);
    expect(status).toBe(1);
    expect(output).toContain(message);
  });

  it('counts an advisory once', () => {
    expect(audit(report(high, high)).output).toContain('1 vulnerable production dependencies');
  });

  it('passes with an exception, whatever depends on the package', () => {
    const { status, output } = audit(report(high), [allow('GHSA-aaaa-bbbb-cccc', day(0))]);
    expect(output).toContain('allowed until');
    expect(status).toBe(0);
  });

  it('fails at a signature that is not valid', () => {
    expect(audit(report(), [], 1)).toMatchObject({ status: 1 });
  });
});
