#!/usr/bin/env bash
# Installs kubectl (its kustomize renders the manifests) in the cluster's version, after a checksum comparison, into
# KUBECTL_DIRECTORY (/usr/local/bin).
set -euo pipefail
: "${KUBERNETES_VERSION:?}"
from=https://dl.k8s.io/release
release=$(curl -fsSL "$from/stable-$KUBERNETES_VERSION.txt")
arch=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
folder=$(mktemp -d)
curl -fsSL -o "$folder/kubectl" "$from/$release/bin/linux/$arch/kubectl"
echo "$(curl -fsSL "$from/$release/bin/linux/$arch/kubectl.sha256")  $folder/kubectl" | sha256sum --check
install -m 0755 "$folder/kubectl" "${KUBECTL_DIRECTORY:-/usr/local/bin}/kubectl"
