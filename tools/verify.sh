#!/bin/sh
# Fails when a make target would change the files it generates.
# usage: tools/verify.sh TARGET FILE...
set -eu
target=$1
shift
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
for file; do
  mkdir -p "$before/$(dirname "$file")"
  cp "$file" "$before/$file"
done
make -s "$target"
status=0
for file; do
  diff -u "$before/$file" "$file" || status=1
  cp "$before/$file" "$file"
done
[ $status -eq 0 ] || echo "generated files are out of date: run make $target" >&2
exit $status
