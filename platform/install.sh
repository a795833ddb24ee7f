#!/usr/bin/env bash
# Installs kustomize (needs Go), promtool (needs Debian) and aws (needs Python) into .carthub, for the checks that
# need more than Node.
set -euo pipefail
cd "$(dirname "$0")/.."

KUSTOMIZE=v5.8.1
mkdir -p .carthub/bin
if ! .carthub/bin/kustomize version 2>/dev/null | grep -qx "$KUSTOMIZE"; then
  GOBIN="$PWD/.carthub/bin" GOFLAGS=-buildvcs=false \
    go install -ldflags "-X sigs.k8s.io/kustomize/api/provenance.version=$KUSTOMIZE" \
    "sigs.k8s.io/kustomize/kustomize/v5@$KUSTOMIZE"
fi
.carthub/bin/kustomize version

# Extracted from its package: installing the package would also start Prometheus.
if ! .carthub/bin/promtool --version >/dev/null 2>&1; then
  apt-get update -qq
  unpacked=$(mktemp -d)
  (cd "$unpacked" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb .)
  cp "$unpacked/usr/bin/promtool" .carthub/bin/promtool
  rm -r "$unpacked"
fi
.carthub/bin/promtool --version

AWSCLI=1.46.3
if ! .carthub/aws/bin/pip show awscli 2>/dev/null | grep -qx "Version: $AWSCLI"; then
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt-get install -qy --no-install-recommends python3-venv
  python3 -m venv --clear .carthub/aws
  .carthub/aws/bin/pip install --quiet --disable-pip-version-check "awscli==$AWSCLI"
fi
.carthub/aws/bin/aws --version
