#!/usr/bin/env bash
# Installs cfn-lint (needs Python) into .carthub/; cfn-guard comes with npm ci.
set -euo pipefail
cd "$(dirname "$0")/.."
CFN_LINT=1.58.0
if [ "$(.carthub/cfn-lint/bin/cfn-lint --version 2>/dev/null)" != "cfn-lint $CFN_LINT" ]; then
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt-get install -qy --no-install-recommends python3-venv
  python3 -m venv --clear .carthub/cfn-lint
  .carthub/cfn-lint/bin/pip install --quiet --disable-pip-version-check "cfn-lint==$CFN_LINT"
fi
.carthub/cfn-lint/bin/cfn-lint --version
