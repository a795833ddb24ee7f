#!/usr/bin/env bash
# Fails on a high or critical vulnerability in a production dependency, and on a package without a valid signature.
set -euo pipefail
cd "$(dirname "$0")/.."
npm audit --omit=dev --audit-level=high
npm audit signatures
