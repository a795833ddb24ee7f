#!/usr/bin/env bash
# Installs what the drills need beyond Node, on Debian: PostgreSQL's own programs.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -x /usr/lib/postgresql/15/bin/pg_dump ]; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql-15
fi
