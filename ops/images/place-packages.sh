#!/bin/sh
# Puts our own packages of a `pnpm deploy` beside node_modules instead of below it: Node runs TypeScript as it is,
# but none that lies in a node_modules (ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING). Run it in the deployed folder.
set -eu
mkdir packages
for package in node_modules/.pnpm/@studymate+*/node_modules/@studymate/*; do
  [ -L "$package" ] && continue
  name=$(basename "$package")
  mv "$package" "packages/$name"
  ln -s "../../../../../packages/$name" "$package"
  # What it depends on lay beside it; of its own it has programs at most.
  rm -rf "packages/$name/node_modules"
  ln -s "../../${package%/@studymate/*}" "packages/$name/node_modules"
done
# Prisma brings the query compilers of all databases, some 60 MB of them; we have one.
find node_modules/.pnpm -path '*/@prisma/client/runtime/query_compiler_*' ! -name '*.postgresql.*' -delete
