/** Its message tells the user what happened and what to do next. It is shown without a stack. */
export class UserError extends Error {
  /** @override */
  name = 'UserError';
}

/** @param {unknown} error @returns {string | undefined} the code of a system error, such as `EACCES` */
export function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/**
 * The text to print for an error: a sentence for those that a user can fix, a stack for all others.
 * @param {unknown} error
 * @param {string} root
 */
export function explain(error, root) {
  if (error instanceof Error && ['UserError', 'PostgresError'].includes(error.name)) {
    return error.message;
  }
  const path = error instanceof Error && 'path' in error ? String(error.path) : root;
  switch (codeOf(error)) {
    case 'ENOSPC':
      return `The disk that holds ${path} is full: free some space and start again.`;
    case 'EROFS':
      return `${path} is on a read-only file system: Carthub needs a checkout that it can write to.`;
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ELOOP':
    case 'ENAMETOOLONG':
      if (!(error instanceof Error && 'syscall' in error && error.syscall === 'mkdir')) break;
      return `No directory can be made at ${path}: choose another place.`;
    case 'EACCES':
    case 'EPERM':
      return (
        `No permission to write to ${path}: make the checkout your own ` +
        `(chown -R "$USER" ${root}), or start as the user who owns it.`
      );
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
