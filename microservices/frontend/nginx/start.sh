#!/bin/sh
# Generates the nginx configuration from the environment (env.schema.json) and runs nginx.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# Without the white space around it: a file of variables with CRLF leaves a carriage return at the end of each.
trimmed() {
  value=${1#"${1%%[![:space:]]*}"}
  printf '%s' "${value%"${value##*[![:space:]]}"}"
}
SITE=$(trimmed "${SITE:-}")
NGINX_OUT=$(trimmed "${NGINX_OUT:-}")
BACKEND_URL=$(trimmed "${BACKEND_URL:-}")
PAYMENT_PROVIDER=$(trimmed "${PAYMENT_PROVIDER:-}")
site=${SITE:-/srv/site}
out=${NGINX_OUT:-/tmp/nginx}
url=${BACKEND_URL:-http://backend:8000}
payments=${PAYMENT_PROVIDER:-test}

problems=
problem() {
  problems="$problems  - $1
"
}
# Shortened, with ? for each control character.
shown() { printf '"%s"' "$(printf '%s' "$1" | tr '[:cntrl:]' '?' | cut -c1-40)"; }

# The value becomes part of the configuration, so only a plain address is allowed.
is_address() {
  case $1 in *[!A-Za-z0-9.:/-]*) return 1 ;; esac
  printf '%s\n' "$1" | grep -Eqx 'http://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?/?' || return 1
  port=$(printf '%s\n' "$1" | sed -n 's|^http://[^:]*:\([0-9]*\)/\{0,1\}$|\1|p')
  [ "${port:-80}" -ge 1 ] && [ "${port:-80}" -le 65535 ]
}
is_address "$url" || problem "BACKEND_URL is $(shown "$url"): give http://HOST:PORT."
backend=${url#http://}

label='[a-z0-9]([a-z0-9-]*[a-z0-9])?'
is_host() {
  [ ${#1} -le 259 ] || return 1
  printf '%s\n' "$1" | grep -Eqx "$label(\.$label)*(:[1-9][0-9]{0,4})?" || return 1
  case $1 in *:*) [ "${1##*:}" -le 65535 ] ;; esac
}
# Sources of the Content-Security-Policy: " https://HOST" for each host.
pictures=
set -f
for host in $(printf '%s' "${PICTURE_HOSTS:-}" | tr ',\r\v\f' '    '); do
  is_host "$host" ||
    problem "PICTURE_HOSTS contains $(shown "$host"): give host names in lower case, such as cdn.example.com."
  pictures="$pictures https://$host"
done
set +f

# What Stripe.js needs (docs.stripe.com/security/guide#content-security-policy), and only with Stripe.
scripts=
connections=
frames=
case $payments in
  test) ;;
  stripe)
    scripts=' https://js.stripe.com https://*.js.stripe.com'
    connections=' https://api.stripe.com'
    frames=' frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com;'
    pictures="$pictures https://*.stripe.com"
    ;;
  *) problem "PAYMENT_PROVIDER is $(shown "$payments"): give test or stripe, as to the backend." ;;
esac

# The paths become part of the configuration too.
is_path() {
  case $1 in *[!A-Za-z0-9._/-]*) return 1 ;; /*) return 0 ;; *) return 1 ;; esac
}
is_path "$site" || problem "SITE is $(shown "$site"): give an absolute path of letters, digits, dots and dashes."
if ! is_path "$out"; then
  problem "NGINX_OUT is $(shown "$out"): give an absolute path of letters, digits, dots and dashes."
elif ! mkdir -p "$out" 2>/dev/null || [ ! -w "$out" ]; then
  problem "NGINX_OUT is $(shown "$out"), which is not writable."
fi

# Misspelled settings.
misspelled=$(awk -f "$here/unknown-variables.awk" </dev/null)
[ -z "$misspelled" ] || problems="$problems$misspelled
"

if [ -n "$problems" ]; then
  printf 'start.sh: the environment is not usable:\n%s' "$problems" >&2
  exit 1
fi

for file in nginx.conf.template maps.conf types.conf log.conf headers.conf site.conf api.conf; do
  sed -e "s|@DIRECTORY@|$out|g" -e "s|@SITE@|$site|g" -e "s|@BACKEND@|${backend%/}|g" \
    -e "s|@PICTURES@|$pictures|g" -e "s|@SCRIPTS@|$scripts|g" -e "s|@CONNECTIONS@|$connections|g" \
    -e "s|@FRAMES@|$frames|g" \
    "$here/$file" >"$out/${file%.template}"
done

exec nginx -e stderr -c "$out/nginx.conf" -g 'daemon off;' "$@"
