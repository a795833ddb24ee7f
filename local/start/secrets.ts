import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseObject } from '../run/parse-object.ts';
import { UserError } from '../run/user-error.mjs';

/** Created once per checkout, so that a shopper's session survives a restart. */
export interface Secrets {
  readonly ownerPassword: string;
  readonly backendPassword: string;
  readonly guestTokenSecret: string;
}

export const SECRETS_FILE = 'secrets.json';

export async function loadSecrets(stateDir: string): Promise<Secrets> {
  const file = join(stateDir, SECRETS_FILE);
  const known = await readSecrets(file);
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

async function readSecrets(file: string): Promise<Partial<Secrets>> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const known = parseObject(text);
  if (known !== undefined && Object.values(known).every((value) => typeof value === 'string'))
    return known;
  throw new UserError(
    `${file} is damaged: restore it, or delete it. New secrets are then made, and shoppers lose their carts.`,
  );
}
