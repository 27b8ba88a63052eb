#!/bin/sh
# go build with the given arguments, which says how far it is: Kubernetes is more
# than 1,500 packages.
set -eu
{ "${GO:-go}" build -v "$@" 2>&1 && echo 'exit 0' || echo 'exit 1'; } | awk '
  /^exit [01]$/ { status = $2; next }
  /^[[:alnum:]_.~\/-]+$/ { if (++built % 100 == 0) { printf "    %d packages built\n", built; fflush() } next }
  { print; fflush() }
  END { exit status }'
