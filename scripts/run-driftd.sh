#!/bin/sh
# `make scan`, `make status`, `make serve`: driftd on the configuration of this folder, or on the demo that was kept;
# `make serve` puts the demo up where there is neither.
set -eu
cd "$(dirname "$0")/.."

if [ -n "${DRIFTD_CONFIG:-}" ]; then
  exec ./bin/driftd "$@" --config "$DRIFTD_CONFIG"
elif [ -f driftd.yaml ]; then
  exec ./bin/driftd "$@"
fi
if [ "$1" = serve ] && [ ! -f .demo/driftd.yaml ]; then
  KEEP=1 node_modules/.bin/tsx scripts/demo/demo.ts
fi
if [ -f .demo/driftd.yaml ]; then
  . .demo/env
  exec ./bin/driftd "$@" --config .demo/driftd.yaml
fi
echo "There is no driftd.yaml here and no demo is up: write one (README.md), name one with DRIFTD_CONFIG=FILE, or run: make demo KEEP=1" >&2
exit 1
