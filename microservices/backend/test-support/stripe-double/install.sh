#!/usr/bin/env bash
# Installs what `npm run stripe` needs beyond Node: stripe-mock (Go) and localstripe (Python), in node_modules/.stripe.
set -euo pipefail
cd "$(dirname "$0")/../.."
STRIPE_MOCK=v0.203.0
LOCALSTRIPE=1.15.10
place=$PWD/node_modules/.stripe
GOBIN="$place" GOFLAGS=-buildvcs=false go install "github.com/stripe/stripe-mock@$STRIPE_MOCK"
if ! "$place/venv/bin/pip" show localstripe 2>/dev/null | grep -qx "Version: $LOCALSTRIPE"; then
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt-get install -qy --no-install-recommends python3-venv
  python3 -m venv --clear "$place/venv"
  "$place/venv/bin/pip" install --quiet --disable-pip-version-check "localstripe==$LOCALSTRIPE"
fi
