#!/bin/sh
# What `make setup` does before any TypeScript can run: checks Node, installs the npm packages when the lock file
# changed, then hands over to scripts/setup/setup.ts. Can be run any number of times.
set -eu
cd "$(dirname "$0")/.."

if ! command -v node >/dev/null 2>&1; then
  echo "setup: Node.js is missing. driftd needs 20.19 or newer: https://nodejs.org/en/download" >&2
  exit 1
fi
if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
  echo "setup: Node.js $(node --version) is too old. driftd needs 20.19 or newer: https://nodejs.org/en/download" >&2
  exit 1
fi
if ! command -v git >/dev/null 2>&1; then
  echo "setup: git is missing. Install it with your system's package manager, such as: apt-get install git" >&2
  exit 1
fi

# Packages with native code are built for one Node, so its version belongs to what the packages were installed for.
wanted="$(node -p 'process.versions.modules + "-" + process.platform + "-" + process.arch') $(cksum <package-lock.json)"
stamp=node_modules/.driftd-installed
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
  # node-gyp downloads Node's headers unless it is told where they are; most installations have them beside node
  if [ -z "${npm_config_nodedir:-}" ]; then
    prefix="$(node -p 'require("path").resolve(process.execPath, "../..")')"
    if [ -f "$prefix/include/node/node_api.h" ]; then
      npm_config_nodedir="$prefix"
      export npm_config_nodedir
    fi
  fi
  echo "setup: installing npm packages (a minute or two; one of them is compiled)"
  if ! npm ci --no-fund --no-audit --loglevel=error; then
    echo "setup: npm ci failed. better-sqlite3 needs python3, make and a C++ compiler (Debian: apt-get install python3 make g++)." >&2
    exit 1
  fi
  echo "$wanted" >"$stamp"
fi

exec node_modules/.bin/tsx scripts/setup/setup.ts "$@"
