#!/usr/bin/env bash
# Installs the real kustomize into .carthub/bin, for the checks that Node alone can not make. Needs Go.
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
