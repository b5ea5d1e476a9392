#!/usr/bin/env bash
# Asks the YAML language server, which stands behind most editors, about files with our schema: what it offers, what it
# shows, and what it calls faulty. Its answers are recorded in tests/tools/editor/answers.txt; UPDATE=1 writes them anew.
# The server is installed below target/ unless it is there. ORGSYNC names a program to use in place of the one that is
# built.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v node npm >/dev/null; then
  echo "left out: the YAML language server, which needs Node"
  exit 0
fi
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
tools=tests/tools/editor
installed=$target/editor-node/$(cksum "$tools/package-lock.json" | cut -d ' ' -f 1)
if [[ ! -f $installed/done ]]; then
  mkdir -p "$installed"
  cp "$tools/package.json" "$tools/package-lock.json" "$installed"
  npm ci --silent --ignore-scripts --no-audit --no-fund --prefix "$installed"
  touch "$installed/done"
fi
program=${ORGSYNC:-$target/debug/orgsync}
if [[ -z ${ORGSYNC:-} ]]; then cargo build --quiet; fi

answers=$(mktemp)
trap 'rm -f "$answers"' EXIT
"$program" validate --config "$tools/valid.yaml" >"$answers" || { cat "$answers" >&2 && exit 1; }
server=$installed/node_modules/yaml-language-server/bin/yaml-language-server
timeout 300 node "$tools/questions.mjs" "$server" "$program" >"$answers"
if [[ -n ${UPDATE:-} ]]; then cp "$answers" "$tools/answers.txt"; fi
diff -u "$tools/answers.txt" "$answers" || {
  echo "editor: the answers are not those recorded; if they are right: UPDATE=1 tests/tools/editor.sh" >&2
  exit 1
}
echo "editor: all is well"
