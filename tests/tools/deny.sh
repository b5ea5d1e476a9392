#!/usr/bin/env bash
# Holds the dependencies against deny.toml. Installs cargo-deny, pinned, below target/ unless it is there.
# Advisories are checked where their database can be reached; where not, this says so.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=0.20.2
tools=$PWD/target/tools
deny=$tools/bin/cargo-deny
if [[ $("$deny" --version 2>/dev/null || true) != "cargo-deny $version" ]]; then
  cargo install --quiet --locked --root "$tools" "cargo-deny@$version"
fi
"$deny" check bans licenses sources
if timeout 60 "$deny" fetch db >/dev/null 2>&1; then
  "$deny" check --disable-fetch advisories
else
  echo "left out: the database of advisories can't be reached"
fi
