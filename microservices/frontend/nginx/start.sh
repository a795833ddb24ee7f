#!/bin/sh
# Generates the nginx configuration from the environment (env.schema.json) and runs nginx.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
site=${SITE:-/srv/site}
out=${NGINX_OUT:-/tmp/nginx}
url=${BACKEND_URL:-http://backend:8000}

# The value becomes part of the configuration, so only a plain address is allowed.
is_address() {
  case $1 in *[!A-Za-z0-9.:/-]*) return 1 ;; esac
  printf '%s\n' "$1" | grep -Eqx 'http://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?/?'
}
is_address "$url" || {
  echo "start.sh: BACKEND_URL is \"$url\": give http://HOST:PORT." >&2
  exit 1
}
backend=${url#http://}

mkdir -p "$out"
for file in nginx.conf.template maps.conf types.conf log.conf headers.conf site.conf api.conf; do
  sed -e "s|@DIRECTORY@|$out|g" -e "s|@SITE@|$site|g" -e "s|@BACKEND@|${backend%/}|g" \
    "$here/$file" >"$out/${file%.template}"
done

exec nginx -e stderr -c "$out/nginx.conf" -g 'daemon off;' "$@"
