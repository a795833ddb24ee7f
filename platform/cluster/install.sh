#!/usr/bin/env bash
# Builds the cluster's programs from the Go modules pinned in tools/: kube-apiserver, kube-controller-manager,
# kube-scheduler, kubectl and etcd; kwok and metrics-server. Needs Go. The first build takes minutes; builds are kept
# by version outside of the repository, and .carthub/bin links to them.
set -euo pipefail
cd "$(dirname "$0")/tools"
bin=$(cd ../../.. && mkdir -p .carthub/bin && pwd)/.carthub/bin

stamp=$(cat go.mod go.sum nodes/go.mod nodes/go.sum | sha256sum | cut -c 1-16)
built=${XDG_CACHE_HOME:-$HOME/.cache}/carthub/cluster-$stamp
if [ ! -d "$built" ]; then
  export CGO_ENABLED=0 GOFLAGS='-buildvcs=false -mod=readonly'
  mkdir -p "$(dirname "$built")"
  building=$(mktemp -d "$built.XXXXXX")
  trap 'rm -rf "$building"' EXIT
  kubernetes=k8s.io/kubernetes/cmd
  go build -ldflags '-s -w' -o "$building/" \
    "$kubernetes/kube-apiserver" "$kubernetes/kube-controller-manager" "$kubernetes/kube-scheduler" "$kubernetes/kubectl"
  go build -ldflags '-s -w' -o "$building/etcd" go.etcd.io/etcd/server/v3
  (
    cd nodes
    go build -ldflags '-s -w' -o "$building/" sigs.k8s.io/kwok/cmd/kwok sigs.k8s.io/metrics-server/cmd/metrics-server
    # kwok's own stages of nodes, and its kubelet metrics.
    kwok=$(go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)/kustomize
    install -m 0644 "$kwok/stage/node/fast/node-initialize.yaml" "$kwok/metrics/resource/metrics-resource.yaml" \
      "$kwok/metrics/usage/usage-from-annotation.yaml" "$building/"
  )
  # Another build of the same version may have been faster.
  mv -T "$building" "$built" 2>/dev/null || [ -d "$built" ]
fi
ln -sf "$built"/* "$bin/"
