#!/usr/bin/env bash
# Builds kube-apiserver, etcd and kubectl into .carthub/bin from the Go modules pinned in tools/go.mod. Needs Go;
# the first build takes minutes.
set -euo pipefail
cd "$(dirname "$0")/tools"
bin=$(cd ../../.. && mkdir -p .carthub/bin && pwd)/.carthub/bin

stamp=$(sha256sum go.mod go.sum | sha256sum | cut -d ' ' -f 1)
if [ "$(cat "$bin/cluster.stamp" 2>/dev/null)" != "$stamp" ]; then
  export CGO_ENABLED=0 GOFLAGS='-buildvcs=false -mod=readonly'
  go build -ldflags '-s -w' -o "$bin/" k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes/cmd/kubectl
  go build -ldflags '-s -w' -o "$bin/etcd" go.etcd.io/etcd/server/v3
  echo "$stamp" >"$bin/cluster.stamp"
fi
