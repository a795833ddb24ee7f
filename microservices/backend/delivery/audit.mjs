// Fails on a high or critical vulnerability in a production dependency, unless allowed-findings.txt allows it today,
// and on a package without a valid signature.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { refuse } from './allowed-findings.mjs';

const SERVICE = join(import.meta.dirname, '..');

const refused = refuse(advisories(readReport()));
if (refused > 0)
  console.error(
    `${refused} vulnerable production dependencies: update them (npm audit fix), or see delivery/allowed-findings.txt.`,
  );
const { status } = spawnSync('npm', ['audit', 'signatures'], { cwd: SERVICE, stdio: 'inherit' });
process.exitCode = refused > 0 || status !== 0 ? 1 : 0;

/** npm's exit code says only that there are vulnerabilities: the report has the rest. */
function readReport() {
  const { stdout, stderr, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: SERVICE,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
    timeout: 300_000,
  });
  const report = parse(stdout);
  // Version 2 since npm 7. A failure is {"message": …, "error": …} (npm/cli, lib/utils/audit-error.js).
  if (report?.auditReportVersion === 2 && report.vulnerabilities) return report;
  console.error(
    `No audit of the dependencies: ${report?.message ?? error?.message ?? (stderr || stdout)}`,
  );
  process.exit(1);
}

/** A package's `via` holds its own advisories, and names of packages through which it is vulnerable. */
function advisories({ vulnerabilities }) {
  /** @type {Map<string, import('./allowed-findings.mjs').Finding>} */
  const found = new Map();
  for (const advisory of Object.values(vulnerabilities).flatMap(({ via }) => via)) {
    const { url, severity, name, range, title } = advisory;
    if (severity !== 'high' && severity !== 'critical') continue;
    const id = url.split('/').at(-1);
    found.set(`${id} ${name}`, {
      id,
      text: `${id} (${severity}) ${name} ${range}, ${title} ${url}`,
    });
  }
  return [...found.values()];
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
