import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PARTS, type Parts } from './parts.ts';

/** The content of the files that variables name. */
export interface SecretFiles {
  readonly guestTokenSecret: string | undefined;
  /** Of DATABASE_CREDENTIALS_DIR. */
  readonly parts: Parts;
  /** Of DATABASE_CA_FILE, in PEM form. */
  readonly caCertificates: string | undefined;
  readonly problems: readonly string[];
}

export const NO_FILES: SecretFiles = {
  guestTokenSecret: undefined,
  parts: {},
  caCertificates: undefined,
  problems: [],
};

/** Reads them anew at each call: a Secrets Store CSI driver replaces them when a secret is rotated. */
export async function readSecretFiles(
  variables: Readonly<Record<string, string | number | undefined>>,
): Promise<SecretFiles> {
  const problems: string[] = [];
  const content = async (variable: string, name = ''): Promise<string | undefined> => {
    if (!variables[variable]) return undefined;
    try {
      // A line break at the end is an editor's and not part of the secret.
      return (await readFile(join(String(variables[variable]), name), 'utf8')).replace(
        /\r?\n$/,
        '',
      );
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : error;
      // A directory need not tell every part.
      if (!(name && code === 'ENOENT')) {
        problems.push(`${[variable, name].filter(Boolean).join(': ')} cannot be read (${code})`);
      }
      return undefined;
    }
  };
  const parts = await Promise.all(
    PARTS.map(async (part) => [part, await content('DATABASE_CREDENTIALS_DIR', part)] as const),
  );
  return {
    parts: Object.fromEntries(parts.filter(([, text]) => text !== undefined)),
    guestTokenSecret: await content('GUEST_TOKEN_SECRET_FILE'),
    caCertificates: await content('DATABASE_CA_FILE'),
    problems,
  };
}
