#!/bin/sh
# Deploys an image tag with the values of an environment, waits until all of it is out, and asks it a question. What
# does not come up in time is rolled back, and the exit code says so.
#   ops/kubernetes/deploy.sh staging 4f2c1d9
set -eu
environment=$1
tag=$2
release=${RELEASE:-studymate}
chart="$(dirname "$0")/../../helm/studymate"

helm upgrade --install "$release" "$chart" \
  --values "$chart/environments/$environment.yaml" \
  --set "image.registry=${IMAGE_REGISTRY:-ghcr.io/studymate}" --set "image.tag=$tag" \
  --wait --timeout "${TIMEOUT:-10m}" --rollback-on-failure

for deployment in $(kubectl get deployments --selector "app.kubernetes.io/instance=$release" --output name); do
  kubectl rollout status "$deployment" --timeout=5m
done
helm test "$release"
