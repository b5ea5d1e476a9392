#!/usr/bin/env bash
# Puts orgsync on the PATH. Environment: VERSION, VERIFY, ACTION_PATH, ACTION_REF, ACTION_REPOSITORY, GITHUB_TOKEN, and what
# the runner sets. VERSION is a release (v0.1.0), `source` (built from the action's own files, which needs cargo),
# `installed` (what is on the PATH already), or empty: the code of the action's own ref. That is the release of a version
# tag; the release of a commit, if GitHub attests that its archive was built from that commit; otherwise the action's own
# files. VERIFY says how the archive of a tag is verified: `attestation`, `checksum`, or `auto`: by both where the runner
# has GitHub's tool. The archive of a commit always needs the attestation.
set -euo pipefail
# shellcheck source=ci/lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

from_source() {
  if ! command -v cargo >/dev/null; then
    echo "::error::There is no archive of exactly this code, and no cargo to build it: install Rust, or pin a release."
    exit 1
  fi
  echo "Building orgsync from source. This takes minutes."
  cargo install --quiet --locked --path "$ACTION_PATH" --root "$work"
}

# can_attest: whether the runner has GitHub's tool, in a version that tells what an archive was built from.
can_attest() {
  command -v gh >/dev/null && [[ $(gh attestation verify --help 2>&1) == *--source-digest* ]]
}

# attested ARCHIVE FLAG SOURCE: whether GitHub attests that the release workflow built the archive from the tag or commit.
attested() {
  GH_TOKEN=${GITHUB_TOKEN:-} gh attestation verify "$1" --repo "$ACTION_REPOSITORY" --signer-workflow "$workflow" \
    --format json "$2" "$3" >attested.json 2>attested.log || return 1
  # Up to 2.66, gh exits with 0 if there is no attestation (https://github.com/cli/cli/issues/10418): the list counts.
  jq --exit-status --null-input '[inputs] | any(length > 0)' attested.json >/dev/null
}

# verify_origin ARCHIVE TAG [COMMIT]: says what of the archive is verified. Fails with 22 if the origin had to be, and is not.
verify_origin() {
  local origin=(--source-ref "refs/tags/$2") built="built it from ${3:-$2}"
  if [[ -n ${3:-} ]]; then origin=(--source-digest "$3"); fi
  if [[ -z ${3:-} && $verify == checksum ]]; then
    echo "Verified the checksum of $1, but not its origin, as the input verify asks."
  elif ! can_attest; then
    if [[ -n ${3:-} || $verify == attestation ]]; then
      echo "::warning::The origin of $1 can't be verified without a gh that knows \`attestation verify --source-digest\`."
      return 22
    fi
    echo "::warning::Verified the checksum of $1, but not its origin: that needs a gh that knows \`attestation" \
      "verify --source-digest\`. Anyone who can replace the archive can replace its checksum."
  elif attested "$1" "${origin[@]}"; then
    echo "Verified $1: its checksum, and GitHub's attestation that $workflow $built."
  else
    echo "::warning::$1 is not installed: its checksum is right, but GitHub does not attest that $workflow $built."
    stop_commands
    sed 's/^/    /' attested.log
    take_commands
    return 22
  fi
}

# from_release TAG [COMMIT]: fails with 22 where no such archive can be had, or its origin is not verified. Failures are
# told apart, so no `set -e` in here.
from_release() {
  local system name base=${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/$1
  case ${RUNNER_OS:?}-${RUNNER_ARCH:?} in
  Linux-X64) system=x86_64-unknown-linux-musl.tar.gz ;;
  Linux-ARM64) system=aarch64-unknown-linux-musl.tar.gz ;;
  macOS-X64) system=x86_64-apple-darwin.tar.gz ;;
  macOS-ARM64) system=aarch64-apple-darwin.tar.gz ;;
  Windows-X64) system=x86_64-pc-windows-msvc.zip ;;
  *) return 22 ;;
  esac
  name=orgsync-$1-$system
  rm -rf "$work/download" && mkdir -p "$work/download" "$work/bin"
  (
    cd "$work/download"
    for file in "$name" "$name.sha256"; do
      curl --silent --show-error --fail --location --retry 3 --max-time 300 --output "$file" "$base/$file" || return 22
    done
    # The sum is of the archive by its name: a file that names another one would check that.
    [[ $(cut -d ' ' -f 2- "$name.sha256" | tr -d ' *\r') == "$name" ]] || return 1
    if command -v sha256sum >/dev/null; then sha256sum --check --status "$name.sha256"; else
      shasum --algorithm 256 --check --status "$name.sha256"
    fi || return 1
    # The checksum lies beside the archive, and anyone who pins a commit trusts that code, not a release of its version.
    verify_origin "$name" "$@" || return 22
    if [[ $name == *.zip ]]; then unzip -q "$name"; else tar -xzf "$name"; fi || return 1
    cp orgsync-*/orgsync* "$work/bin/"
  )
}

workflow=${ACTION_REPOSITORY:-}/.github/workflows/release.yml
verify=${VERIFY:-auto}
if [[ ! $verify =~ ^(auto|attestation|checksum)$ ]]; then
  echo "::error::The input verify must be auto, attestation or checksum."
  exit 1
fi
version=${VERSION:-}
case $version in
installed) ;;
source) from_source ;;
'')
  version=${ACTION_REF:-} commit='' status=0
  if [[ $version =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ ]]; then
    commit=$version
    version=v$(sed -n 's/^version = "\(.*\)"$/\1/p' "$ACTION_PATH/Cargo.toml" | head -n 1)
  fi
  # A branch has no release.
  if [[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then from_release "$version" "$commit" || status=$?; else status=22; fi
  case $status in
  0) ;;
  22)
    echo "There is no archive of ${commit:-${version:-this code}} for this system that can be downloaded and verified."
    from_source
    ;;
  *)
    echo "::error::The archive of release $version does not match its checksum."
    exit 1
    ;;
  esac
  ;;
*)
  if [[ ! $version =~ ^v[0-9A-Za-z.+-]+$ ]]; then
    echo "::error::The input version must be a release, as in v0.1.0, source or installed."
    exit 1
  fi
  from_release "$version" || {
    echo "::error::Release $version is not available for this system, or it could not be verified. If your copy of" \
      "orgsync is private and GitHub keeps no attestations for it, set the input verify to checksum."
    exit 1
  }
  ;;
esac
if [[ $version == installed ]]; then
  orgsync --version
else
  echo "$work/bin" >>"$GITHUB_PATH"
  # By its whole name: on Windows the colon of a drive would end an entry of the PATH.
  "$work/bin/orgsync" --version
fi
