#!/usr/bin/env bash
# Installs what the drills need beyond Node, on Debian: PostgreSQL's own programs, and a server that
# speaks S3.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -x /usr/lib/postgresql/15/bin/pg_dump ]; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql-15
fi

MOTO='moto[server]==5.2.5'
if ! .carthub/venv/bin/pip show moto 2>/dev/null | grep -q '^Version: 5.2.5$'; then
  mkdir -p .carthub
  python3 -m venv .carthub/venv
  .carthub/venv/bin/pip install --quiet "$MOTO"
fi
