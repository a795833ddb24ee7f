#!/usr/bin/env bash
# Installs what the drill needs beyond Node and git: moto, and the AWS CLI where there is none.
set -euo pipefail
cd "$(dirname "$0")/../../.."
venv=.carthub/deploy-venv
MOTO=5.2.5
AWSCLI=1.45.11
if ! "$venv/bin/pip" show moto 2>/dev/null | grep -q "^Version: $MOTO\$"; then
  mkdir -p .carthub
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "moto[server]==$MOTO" "awscli==$AWSCLI"
fi
