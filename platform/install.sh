#!/usr/bin/env bash
# Installs the real kustomize (needs Go) and promtool (needs Debian) into .carthub/bin, for the checks that
# Node alone can not make.
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

# Taken out of its package: installing that would start a Prometheus as well.
if ! .carthub/bin/promtool --version >/dev/null 2>&1; then
  apt-get update -qq
  unpacked=$(mktemp -d)
  (cd "$unpacked" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb .)
  cp "$unpacked/usr/bin/promtool" .carthub/bin/promtool
  rm -r "$unpacked"
fi
.carthub/bin/promtool --version
