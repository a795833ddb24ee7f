// CommonJS, because Node.js refuses to load ES modules from some of these paths.

/**
 * Vite cuts paths at # and ?, initdb passes its own path to a shell in double quotes, and PATH, in which npm finds
 * programs, is separated by colons. Node.js takes a backslash for an encoded slash, and treats whatever is below a
 * folder named node_modules as a package. Each fails late, with a message that does not name the cause.
 * @param {string} path of the checkout
 * @returns {string | undefined} a sentence that says why it cannot be there
 */
exports.pathProblem = function pathProblem(path) {
  const [character] = /[#?:"`$\\\p{Cc}]/u.exec(path) || [];
  const isPackage = path.split('/').includes('node_modules');
  if (character === undefined && !isPackage) return undefined;
  const what = isPackage
    ? 'is in a folder named node_modules, which is for packages'
    : `contains ${JSON.stringify(character)}, which some of the tools cannot handle`;
  return (
    `The path of this checkout ${what}: rename the folder, or move the checkout, and start again.\n` +
    `  ${JSON.stringify(path)}`
  );
};
