#!/bin/sh
# Where no registry of images can be reached: a stand-in for node:24-bookworm-slim from Debian's and npm's packages.
# Needs root, debootstrap, buildah, and the toolchain that `npm start` fetches.
set -eu
name=${1:-docker.io/library/node:24-bookworm-slim}
node=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

debootstrap --variant=minbase --include=ca-certificates bookworm "$work/root" >&2
cp "$node/bin/node" "$work/root/usr/local/bin/node"
npm install --prefix "$work/root/usr/local" --global npm@11 >&2
# Certificates that this machine trusts beside the usual ones, else nothing can be fetched from within.
cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
rm -rf "$work"/root/var/cache/apt "$work"/root/var/lib/apt/lists

container=$(buildah from scratch)
buildah add --quiet "$container" "$work/root" / >&2
buildah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
buildah commit --quiet "$container" "$name" >&2
buildah rm "$container" >/dev/null
echo "$name"
