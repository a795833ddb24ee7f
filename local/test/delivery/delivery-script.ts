// Runs a script of a service's delivery/ in a copy, with imitated programs on the PATH.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SERVICES = join(import.meta.dirname, '../../../microservices');
export const DIGEST = `sha256:${'7'.repeat(64)}`;

export interface Run {
  readonly status: number | null;
  readonly output: string;
  /** Arguments of the imitated programs, one call each. */
  readonly calls: readonly string[];
}

export interface Setup {
  /** @default backend */
  readonly service?: string;
  /** Bodies of shell scripts, by the program's name. */
  readonly programs: Readonly<Record<string, string>>;
  /** What the programs read. */
  readonly steps: unknown;
  /** Lines of allowed-findings.txt. */
  readonly allowed?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Of the build, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

export function runDelivery(script: string, setup: Setup): Run {
  const folder = mkdtempSync(join(tmpdir(), 'carthub-delivery-'));
  try {
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    for (const name of ['delivery', 'k8s'])
      cpSync(join(SERVICES, setup.service ?? 'backend', name), join(folder, name), {
        recursive: true,
      });
    file('image-digest', `${DIGEST}\n`);
    if (setup.allowed) file('delivery/allowed-findings.txt', `${setup.allowed.join('\n')}\n`);
    for (const [name, content] of Object.entries(setup.files ?? {})) file(name, content);
    const calls = file('calls', '');
    mkdirSync(join(folder, 'bin'));
    for (const [name, body] of Object.entries(setup.programs))
      chmodSync(file(join('bin', name), `#!/bin/sh\n${body}\n`), 0o755);
    const { status, stdout, stderr } = spawnSync(
      script.endsWith('.sh') ? 'bash' : 'node',
      [join(folder, 'delivery', script)],
      {
        cwd: tmpdir(),
        encoding: 'utf8',
        env: {
          ...process.env,
          PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
          STEPS_FILE: file('steps.json', JSON.stringify(setup.steps)),
          CALLS_FILE: calls,
          ...setup.variables,
        },
      },
    );
    const called = readFileSync(calls, 'utf8').split('\n').slice(0, -1);
    return { status, output: `${stdout}${stderr}`, calls: called };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const day = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
