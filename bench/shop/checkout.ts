// Checkouts of the repository, whose services are built and measured.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const THIS_CHECKOUT = join(import.meta.dirname, '../..');

/** Builds the database service and the backend; installs their packages if there are none. */
export async function buildCheckout(checkout: string): Promise<void> {
  for (const service of ['database', 'backend']) {
    const cwd = join(checkout, 'microservices', service);
    if (!existsSync(join(cwd, 'package.json')))
      throw new Error(`${checkout} is not a checkout of Carthub: ${cwd} has no package.json.`);
    if (!existsSync(join(cwd, 'node_modules')))
      await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd });
    await run('npm', ['run', '--silent', 'build'], { cwd });
  }
}
