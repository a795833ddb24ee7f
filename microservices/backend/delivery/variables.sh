#!/usr/bin/env bash
# Prints NAME=VALUE lines for a build outside CodeBuild: the variables of the service's CodeBuild project, and the images
# that buildspec.yml names, if it is here.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${SERVICE:?}"
aws codebuild batch-get-projects --names "carthub-$SERVICE-build" --output text \
  --query 'projects[0].environment.environmentVariables[].[name, value]' | tr '\t' '='
[[ ! -f buildspec.yml ]] || sed -nE 's/^ +([A-Z]+_IMAGE): (.+)$/\1=\2/p' buildspec.yml
