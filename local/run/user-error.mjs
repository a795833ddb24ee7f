/** Its message is all that a person needs: what happened and what to do. No stack is shown. */
export class Complaint extends Error {
  /** @override */
  name = 'Complaint';
}

/** @param {unknown} error @returns {string | undefined} the code of an error of the system */
export function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/**
 * Turns what the file system refuses into a sentence; any other error is for a programmer.
 * @param {unknown} error
 * @param {string} root
 */
export function explain(error, root) {
  if (error instanceof Error && ['Complaint', 'PostgresError'].includes(error.name)) {
    return error.message;
  }
  const path = error instanceof Error && 'path' in error ? String(error.path) : root;
  switch (codeOf(error)) {
    case 'ENOSPC':
      return `The disk that holds ${path} is full: free some space and start again.`;
    case 'EROFS':
      return `${path} is on a read-only file system: Carthub needs a checkout that it can write to.`;
    case 'EACCES':
    case 'EPERM':
      return (
        `No permission to write to ${path}: make the checkout your own ` +
        `(chown -R "$USER" ${root}), or start as the user who owns it.`
      );
    default:
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
