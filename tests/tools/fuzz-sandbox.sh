#!/usr/bin/env bash
# Lets a fuzzer that reads the vendor's OpenAPI document loose on the sandbox: fuzz-sandbox.sh [EXAMPLES [SEED]].
# EXAMPLES is the most requests per operation and phase; the same seed makes the same requests. Fails on findings.
# ORGSYNC_OPENAPI names the document, which is no part of this repository; without it nothing is done, which fails where
# CI is set, unless the variable says `absent`.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
examples=${1:-200}
seed=${2:-1}
document=$(realpath -m "${ORGSYNC_OPENAPI:-../shared/admin-api/openapi.yaml}")
if [[ ! -f $document ]]; then
    echo "the sandbox is not fuzzed: the vendor's document $document is absent"
    [[ ${ORGSYNC_OPENAPI:-} == absent || -z ${CI:-} ]]
    exit
fi

# One worker alone: in Python 3.11 several threads that parse Python at a time make the fuzzer fail.
fuzzer=schemathesis==4.32.5
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
tools=$target/fuzz-venv
if [[ ! -f $tools/$fuzzer ]]; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check "$fuzzer" hypothesis==6.170.15 PyYAML==6.0.3
    touch "$tools/$fuzzer"
fi
cargo build --quiet

work=$(mktemp -d)
sandbox=
trap 'kill "$sandbox" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
"$tools/bin/python" "$root/tests/tools/fuzz_sandbox.py" "$document" "$work"
cat >schemathesis.toml <<'TOML'
[checks]
# Valid requests may still meet the last admin, a seat that is gone, and people who are not there.
positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "404"]
TOML

"$target/debug/orgsync" sandbox --seed seed.json >url 2>log &
sandbox=$!
for _ in {1..100}; do
    [[ ! -s url ]] || break
    sleep 0.1
done
url=$(head -n 1 url)
if [[ -z $url ]]; then
    cat log >&2
    echo "the sandbox does not start" >&2
    exit 1
fi

export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
found=0
"$tools/bin/schemathesis" --config-file schemathesis.toml run openapi.json --url "$url" \
    --header 'Authorization: Bearer sandbox-key' --checks all --continue-on-failure --request-timeout 20 \
    --max-examples "$examples" --seed "$seed" --generation-database none --no-color --warnings off || found=$?
if ! kill -0 "$sandbox" 2>/dev/null || grep -q panicked log; then
    cat log >&2
    echo "the sandbox broke" >&2
    exit 1
fi
exit "$found"
