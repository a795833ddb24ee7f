// Entry of `npm start` and `npm test`: any version of Node can parse it, and nothing needs to be installed.

const { pathProblem } = require('./plain-path.cjs');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isSupported = major > 20 || (major === 20 && minor >= 19);
const problem = isSupported
  ? pathProblem(__dirname.slice(0, -'/local'.length))
  : `Carthub needs Node 20.19 or newer, and this is Node ${process.versions.node}.\n` +
    'Install a newer one (https://nodejs.org, or "nvm install" in this directory) and run this again.';

if (problem === undefined) {
  import('./install-root.mjs').then(({ runLauncher }) => runLauncher());
} else {
  console.error(`\n${problem}`);
  process.exitCode = 1;
}
