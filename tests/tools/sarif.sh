#!/usr/bin/env bash
# Holds the output of --format sarif against the schema of SARIF 2.1.0, as a package of Microsoft brings it. The tools are
# installed below target/ unless they are there. ORGSYNC names a program to use in place of the one that is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
checker=check-jsonschema==0.39.0
package=@microsoft/jest-sarif@1.0.0-beta.0
tools=$target/sarif/$(printf '%s\n' "$checker" "$package" | cksum | cut -d ' ' -f 1)
schema=$tools/package/lib/schemas/sarif-2.1.0-rtm.5.json
if ! command -v npm >/dev/null; then
  echo "left out: the schema of SARIF, which needs npm"
  exit
fi
if [[ ! -f $schema ]]; then
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check "$checker"
  (cd "$tools" && npm pack --silent "$package" >/dev/null && tar -xzf ./*.tgz)
fi
program=${ORGSYNC:-$target/debug/orgsync}
if [[ -z ${ORGSYNC:-} ]]; then cargo build --quiet; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# write NAME STATUS ARGUMENT...: writes a document, with this exit status.
write() {
  local name=$1 wanted=$2 status=0
  shift 2
  "$program" "$@" --format sarif >"$work/$name.sarif" 2>"$work/log" || status=$?
  [[ $status == "$wanted" ]] || { cat "$work/log" >&2 && echo "sarif: $* ended with $status" >&2 && exit 1; }
}
cp -r examples/acme "$work/acme"
cd "$work"
write valid 0 validate --config acme
write plan 0 plan --config acme --sandbox acme/sandbox.json
sed 's/purchased: [0-9]*/purchased: 1/' "$root/examples/acme/orgsync.yaml" >acme/orgsync.yaml
write plan-with-faults 3 plan --config acme --sandbox acme/sandbox.json
write absent 3 validate --config absent.yaml
for file in "$root"/tests/faults/*.yaml; do
  name=$(basename "$file" .yaml)
  "$program" validate --config "$file" --format sarif >"$name.sarif" || [[ $? == 3 ]]
done
"$tools/bin/check-jsonschema" --regex-variant nonunicode --schemafile "$schema" ./*.sarif
# The check finds something where there is something.
sed 's/"ruleIndex": 0/"ruleIndex": "0"/' plan.sarif >wrong.json
if "$tools/bin/check-jsonschema" --regex-variant nonunicode --schemafile "$schema" wrong.json >/dev/null; then
  echo "sarif: a wrong document passes" >&2
  exit 1
fi
