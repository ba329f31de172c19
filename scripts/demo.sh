#!/bin/sh
# npm run demo: works in a fresh clone, with whatever Node npm itself runs on.
set -eu
cd "$(dirname "$0")/.."
[ -x node_modules/.bin/node ] || npm ci
exec node_modules/.bin/node scripts/demo.ts "$@"
