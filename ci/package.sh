#!/usr/bin/env bash
# Makes the archive of a release: package.sh TARGET [BINARY]. Builds for TARGET, or takes a BINARY that is there.
# Leaves dist/orgsync-vVERSION-TARGET.tar.gz (.zip for Windows) with its .sha256. TAG, where set, must be the version's,
# and Cargo.toml must name the repository that is released from: `cargo binstall` looks there.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."
target=${1:?which target?}
binary=${2:-}
version=v$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
if [[ -n ${TAG:-} && $TAG != "$version" ]]; then
  echo "the tag is $TAG, but the version in Cargo.toml is $version" >&2
  exit 1
fi
repository=${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-}
if [[ -n ${TAG:-} && -n ${GITHUB_REPOSITORY:-} ]] && ! grep -qxF "repository = \"$repository\"" Cargo.toml; then
  echo "Cargo.toml names another repository than $repository: replace it, also in docs and examples/ci" >&2
  exit 1
fi
suffix=
if [[ $target == *windows* ]]; then suffix=.exe; fi

if [[ -z $binary ]]; then
  cargo build --quiet --release --locked --target "$target"
  binary=${CARGO_TARGET_DIR:-target}/$target/release/orgsync$suffix
  # Static, so that it runs on any Linux and alone in a container.
  if [[ $target == *-musl ]] && readelf --program-headers "$binary" | grep -q INTERP; then
    echo "$binary is not static" >&2
    exit 1
  fi
fi

dist=${DIST:-dist}
name=orgsync-$version-$target
folder=$dist/$name
rm -rf "$folder"
mkdir -p "$folder/completions" "$folder/man"
cp "$binary" "$folder/orgsync$suffix"
cp LICENSE README.md CHANGELOG.md "$folder"
program=$folder/orgsync$suffix
"$program" completions bash >"$folder/completions/orgsync.bash"
"$program" completions zsh >"$folder/completions/_orgsync"
"$program" completions fish >"$folder/completions/orgsync.fish"
"$program" completions powershell >"$folder/completions/orgsync.ps1"
"$program" completions elvish >"$folder/completions/orgsync.elv"
"$program" man --out "$folder/man"

cd "$dist"
if [[ $target == *windows* ]]; then
  archive=$name.zip
  rm -f "$archive"
  7z a -bso0 "$archive" "$name"
else
  archive=$name.tar.gz
  tar -czf "$archive" "$name"
fi
rm -rf "$name"
if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi >"$archive.sha256"
cat "$archive.sha256"
