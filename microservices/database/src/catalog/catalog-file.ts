// Whether a path leads to a file that can be imported, and whether the file stays as it is meanwhile.

import { access, constants, stat } from 'node:fs/promises';

/** Why nothing can be imported from this path; undefined if it is a readable file. */
export async function pathProblem(path: string): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined)
    return `There is no readable file at ${path}. Check the path, and the permissions on the way.`;
  if (stats.isDirectory()) return `${path} is a directory: name the CSV file in it.`;
  if (!stats.isFile())
    return `${path} is not a regular file: save what it contains, and import that file.`;
  const isReadable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  return isReadable ? undefined : `There is no readable file at ${path}: check its permissions.`;
}

/** Changes when somebody writes to the file or replaces it. */
export async function versionOf(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  return `${stats?.dev} ${stats?.ino} ${stats?.size} ${stats?.mtimeMs}`;
}

export const FILE_CHANGED =
  'The file changed while it was read: wait until it is complete, and import it again.';
