// Runs cfn-lint and cfn-guard and parses their findings.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from './json.ts';

export interface Finding {
  readonly rule: string;
  readonly file: string;
  /** Logical id; empty for a finding of the whole template. */
  readonly resource: string;
  readonly message: string;
}

const ROOT = join(import.meta.dirname, '..');
const GUARD = join(ROOT, 'node_modules/@cdklabs/cdk-validator-cfnguard');
const LINT = join(ROOT, '.carthub/cfn-lint/bin/cfn-lint');

/** @param files templates */
export function lint(files: readonly string[]): Finding[] {
  if (!existsSync(LINT)) throw new Error('cfn-lint is missing: run bash template-lint/install.sh');
  const { stdout, stderr } = spawnSync(LINT, ['--format', 'json', '--template', ...files], {
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  const found: unknown = JSON.parse(stdout === '' ? 'null' : stdout);
  if (!Array.isArray(found)) throw new Error(`cfn-lint printed no report: ${stderr}`);
  return found.map(toFinding);
}

function toFinding(match: unknown): Finding {
  const { Rule: rule, Filename: file, Location: location, Message: message } = fieldsOf(match);
  const { Path: path } = fieldsOf(location);
  const [, resource = ''] = Array.isArray(path) ? path.map(String) : [];
  return {
    rule: String(fieldsOf(rule).Id),
    file: String(file),
    resource,
    message: String(message),
  };
}

/** Uses the rules of AWS Control Tower from cfn-guard's package. */
export function guard(files: readonly string[]): Finding[] {
  const system = process.platform === 'darwin' ? 'macos' : 'ubuntu';
  const processor = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const rules = join(GUARD, 'rules/control-tower/cfn-guard');
  const options = ['--structured', '--output-format', 'json', '--show-summary', 'none'];
  const { stdout, stderr } = spawnSync(
    join(GUARD, 'bin', system, processor, 'cfn-guard'),
    ['validate', '--rules', rules, '--data', ...files, ...options],
    { encoding: 'utf8', maxBuffer: 500_000_000 },
  );
  const reports: unknown = JSON.parse(stdout === '' ? 'null' : stdout);
  if (!Array.isArray(reports) || reports.length !== files.length)
    throw new Error(`cfn-guard printed no report: ${stderr}`);
  return reports.flatMap((report) => {
    const { name, not_compliant: failures } = fieldsOf(report);
    const list = Array.isArray(failures) ? failures : [];
    return list.flatMap((failure) => fromFailure(String(name), failure));
  });
}

/** A failure has the rule's id in its message and the resources in its paths. */
function fromFailure(file: string, failure: unknown): Finding[] {
  const text = JSON.stringify(failure);
  const [, rule, message = ''] = /\[(CT\.[A-Z0-9.]+)\]: ([^\\"[]+)/.exec(text) ?? [];
  if (rule === undefined)
    throw new Error(`cfn-guard's failure has no rule id: ${text.slice(0, 300)}`);
  const resources = new Set(text.match(/(?<=\/Resources\/)[A-Za-z0-9]+/g) ?? ['']);
  return [...resources].map((resource) => ({ rule, file, resource, message: message.trim() }));
}

export function versions(): string {
  return execFileSync(LINT, ['--version'], { encoding: 'utf8' }).trim();
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isObject(value) ? value : {};
