#!/usr/bin/env bash
# From an AWS account to a running shop, and back. The work is done by deploy/; --help says how.
set -euo pipefail
# Paths among the options are the caller's.
export INIT_CWD=$PWD
[[ ${BASH_SOURCE[0]} != */* ]] || cd "${BASH_SOURCE[0]%/*}"

die() {
  printf 'FAILED: %s\n  why:  %s\n  do:   %s\n' "$1" "$2" "$3" >&2
  exit 1
}

for program in node npm; do
  command -v "$program" >/dev/null ||
    die "$program is missing." "It is not on the PATH." "Install Node 20.19 or newer, https://nodejs.org"
done
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
  die "Node is too old." "This is $(node --version)." "Install Node 20.19 or newer, https://nodejs.org"

# Once for each change of the lockfile: npm writes its own copy when it has installed everything.
if [[ ! deploy/node_modules/.package-lock.json -nt deploy/package-lock.json ]]; then
  npm --prefix deploy ci --no-audit --no-fund --loglevel=error >&2 ||
    die "The script's packages cannot be installed." "npm ci failed in deploy/." "Check the network, then run again."
fi

exec node --no-warnings --import "$PWD/deploy/node_modules/tsx/dist/loader.mjs" deploy/src/main.ts "$@"
