#!/usr/bin/env bash
# Prints the image tag, which is the full commit hash. Fails without a commit: there is no "latest" to fall back to.
set -euo pipefail
# Of CodeBuild, or of GitHub Actions.
commit=${CODEBUILD_RESOLVED_SOURCE_VERSION:-${GITHUB_SHA:-}}
if [[ ! $commit =~ ^[0-9a-f]{40}$ ]]; then
  echo "The commit of this build is unknown (CODEBUILD_RESOLVED_SOURCE_VERSION or GITHUB_SHA is \"$commit\"): nothing is built." >&2
  exit 1
fi
echo "$commit"
