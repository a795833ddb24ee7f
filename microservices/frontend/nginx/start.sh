#!/bin/sh
# Fills the configuration in and becomes nginx.
#
#   BACKEND_URL      where the API is. Default http://backend:8000
#   TRUSTED_PROXIES  addresses or ranges of load balancers, separated by commas, whose X-Forwarded-For and
#                    X-Forwarded-Proto are believed. Default: none
#   NGINX_OUT        where the filled-in configuration goes. Default /tmp/nginx
set -eu

fail() {
  echo "start.sh: $*" >&2
  exit 1
}

# One line, and all of it.
is() {
  case $1 in *[!A-Za-z0-9.:/-]*) return 1 ;; esac
  printf '%s\n' "$1" | grep -Eqx "$2"
}

here=$(cd "$(dirname "$0")" && pwd)
out=${NGINX_OUT:-/tmp/nginx}
url=${BACKEND_URL:-http://backend:8000}
proxies=$(printf %s "${TRUSTED_PROXIES:-}" | tr ',' ' ')

# These become text of a configuration: nothing but an address may get through.
is "$url" 'http://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?/?' ||
  fail "BACKEND_URL is \"$url\": give http://HOST:PORT."
backend=${url#http://}
backend=${backend%/}

real_ip='' geo=''
for proxy in $proxies; do
  is "$proxy" '[0-9a-fA-F.:]{2,45}(/[0-9]{1,3})?' ||
    fail "TRUSTED_PROXIES has \"$proxy\": give addresses or ranges such as 10.0.0.0/16, separated by commas."
  real_ip="${real_ip}  set_real_ip_from $proxy;\\
"
  geo="${geo}    $proxy 1;\\
"
done

mkdir -p "$out"
for file in nginx.conf.template maps.conf types.conf log.conf headers.conf site.conf api.conf; do
  sed -e "s|@DIRECTORY@/\.\./site|${SITE:-$here/../site}|g" \
    -e "s|@DIRECTORY@|$out|g" \
    -e "s|@BACKEND@|$backend|g" \
    -e "s|^@REAL_IP@\$|${real_ip%??}|" \
    -e "s|^@GEO@\$|${geo%??}|" \
    "$here/$file" >"$out/${file%.template}"
done

exec nginx -e stderr -c "$out/nginx.conf" -g 'daemon off;' "$@"
