#!/usr/bin/env bash
# Waits for ECR's scan of the image. Fails on a CRITICAL or HIGH finding that allowed-findings.txt does not
# allow today, and if there is no scan result.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${REPOSITORY_NAME:?}"
tag=$(cat image-tag)
allowed=delivery/allowed-findings.txt
query_scan() {
  aws ecr describe-image-scan-findings --repository-name "$REPOSITORY_NAME" --image-id "imageTag=$tag" \
    --output text --query "$1"
}

status=
for _ in $(seq "${SCAN_ATTEMPTS:-60}"); do
  # ECR reports ScanNotFoundException until the scan has started.
  status=$(query_scan imageScanStatus.status 2>&1) || [[ $status == *ScanNotFoundException* ]] || {
    printf 'Could not read the scan from ECR:\n%s\n' "$status" >&2
    exit 1
  }
  case $status in
    COMPLETE) break ;;
    FAILED | UNSUPPORTED_IMAGE)
      echo "ECR could not scan the image $tag ($status): it is not deployed." >&2
      exit 1
      ;;
  esac
  sleep 10
done
if [[ $status != COMPLETE ]]; then
  echo "ECR has not scanned the image $tag in time ($status): it is not deployed. Run the stage again." >&2
  exit 1
fi

findings=$(query_scan 'imageScanFindings.findings[?severity==`CRITICAL` || severity==`HIGH`].[name,severity,uri]')
[[ $findings != None ]] || findings=
today=$(date -u +%F)
refused=0
while read -r name severity uri; do
  [[ -n $name ]] || continue
  until=$(awk -v name="$name" '$1 == name { print $2 }' "$allowed")
  if [[ -n $until && ! $until < $today ]]; then
    echo "$name ($severity) is allowed until $until."
  else
    echo "$name ($severity) ${until:+was allowed until $until }$uri" >&2
    refused=$((refused + 1))
  fi
done <<<"$findings"
if ((refused > 0)); then
  echo "The image $tag has $refused findings that are not allowed: update its base image, or see $allowed." >&2
  exit 1
fi
echo "The scan of the image $tag found nothing that stops it."
