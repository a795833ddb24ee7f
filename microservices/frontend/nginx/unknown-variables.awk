# Prints a problem for each environment variable that is no setting of start.sh but close to one.

BEGIN {
  count = split("BACKEND_URL PICTURE_HOSTS PAYMENT_PROVIDER SITE NGINX_OUT", settings, " ")
  for (at = 1; at <= count; at++) known[settings[at]] = 1
  meant["BACKEND_HOST"] = meant["BACKEND_ADDRESS"] = meant["BACKEND_ORIGIN"] = "BACKEND_URL"
  meant["API_URL"] = "BACKEND_URL"
  meant["IMAGE_HOSTS"] = "PICTURE_HOSTS"
  for (name in ENVIRON) {
    if (name in known || ENVIRON[name] == "" || is_service_link(name, ENVIRON[name])) continue
    near = nearest(name)
    if (near != "")
      printf "  - %s is not a setting: did you mean %s? Rename it, or unset it.\n", name, near
  }
}

# Set by Kubernetes for its Services: BACKEND_SERVICE_HOST, BACKEND_PORT_80_TCP, BACKEND_PORT.
function is_service_link(name, value) {
  if (name ~ /_SERVICE_(HOST|PORT(_.+)?)$/ || name ~ /_PORT_[0-9]+_(TCP|UDP|SCTP)/) return 1
  return value ~ /^(tcp|udp|sctp):\/\//
}

function nearest(name,    upper, at, best, least, distance) {
  upper = toupper(name)
  gsub(/[-.]/, "_", upper)
  if (upper in meant) return meant[upper]
  best = ""
  for (at = 1; at <= count; at++) {
    if (!is_close(upper, settings[at])) continue
    distance = edit_distance(upper, settings[at])
    if (best == "" || distance < least) { best = settings[at]; least = distance }
  }
  return best
}

# SITE is short, and common in longer names.
function is_close(name, setting,    words, plain) {
  if (setting == "SITE") return name != "SITES" && edit_distance(name, setting) <= 1
  if (edit_distance(name, setting) <= 2 || index(name, setting) == 1) return 1
  plain = setting
  gsub(/_/, "", plain)
  split(setting, words, "_")
  if (name == plain || name == words[2] "_" words[1]) return 1
  return name ~ ("^(CARTHUB|CART|SHOP|STORE|STOREFRONT|FRONTEND|APP|VITE)_" setting "$")
}

# How many letters must be inserted, deleted, replaced or swapped with a neighbor (optimal string alignment).
function edit_distance(a, b,    i, j, cost, least, d) {
  for (i = 0; i <= length(a); i++) d[i, 0] = i
  for (j = 0; j <= length(b); j++) d[0, j] = j
  for (i = 1; i <= length(a); i++) {
    for (j = 1; j <= length(b); j++) {
      cost = substr(a, i, 1) != substr(b, j, 1)
      least = d[i - 1, j - 1] + cost
      if (d[i - 1, j] + 1 < least) least = d[i - 1, j] + 1
      if (d[i, j - 1] + 1 < least) least = d[i, j - 1] + 1
      if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) && substr(a, i - 1, 1) == substr(b, j, 1))
        if (d[i - 2, j - 2] + 1 < least) least = d[i - 2, j - 2] + 1
      d[i, j] = least
    }
  }
  return d[length(a), length(b)]
}
