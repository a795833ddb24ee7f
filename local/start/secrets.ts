import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Created once per checkout, so that a shopper's session survives a restart. */
export interface Secrets {
  readonly ownerPassword: string;
  readonly backendPassword: string;
  readonly guestTokenSecret: string;
}

export const SECRETS_FILE = 'secrets.json';

export async function loadSecrets(stateDir: string): Promise<Secrets> {
  const file = join(stateDir, SECRETS_FILE);
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const known: Partial<Secrets> = JSON.parse(text);
  const secret = () => randomBytes(32).toString('hex');
  const secrets: Secrets = {
    ownerPassword: known.ownerPassword ?? secret(),
    backendPassword: known.backendPassword ?? secret(),
    guestTokenSecret: known.guestTokenSecret ?? secret(),
  };
  // Renamed atomically: a kill leaves the old file or the new one.
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return secrets;
}
