#!/usr/bin/env bash
# Holds the output of --format gitlab against the format that GitLab documents for code quality reports. GitLab publishes
# no schema of it, so code-quality.schema.json is written after the documentation. The tool is installed below target/
# unless it is there. ORGSYNC names a program to use in place of the one that is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
checker=check-jsonschema==0.39.0
tools=$target/code-quality/$checker
schema=$PWD/tests/tools/code-quality.schema.json
if [[ ! -f $tools/done ]]; then
  rm -rf "$target/code-quality"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check "$checker"
  touch "$tools/done"
fi
program=${ORGSYNC:-$target/debug/orgsync}
if [[ -z ${ORGSYNC:-} ]]; then cargo build --quiet; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "code-quality: $*" >&2
  exit 1
}
# write NAME STATUS CONFIG: writes a report, with this exit status.
write() {
  local status=0
  "$program" validate --config "$3" --format gitlab >"$work/$1.json" 2>"$work/log" || status=$?
  [[ $status == "$2" ]] || { cat "$work/log" >&2 && fail "validate --config $3 ended with $status, not $2"; }
}
# Within the folder in which the program runs: elsewhere, a path can't be relative.
cp -r examples/acme tests/faults "$work"
cd "$work"
write valid 0 acme
write absent 3 absent.yaml
write example 3 faults/unknown_key.yaml
# More findings than are shown, and a sentence about the others.
{ printf 'version: 1\norganization: { name: Acme }\nmembers:\n' && seq -f '  wrong%g:' 1500; } >many.yaml
write many 3 many.yaml
for file in faults/*.yaml; do
  name=fault-$(basename "$file" .yaml)
  "$program" validate --config "$file" --format gitlab >"$name.json" || [[ $? == 3 ]]
done
"$tools/bin/check-jsonschema" --check-metaschema "$schema" >log || { cat log >&2 && fail "the schema is wrong"; }
"$tools/bin/check-jsonschema" --schemafile "$schema" ./*.json >log || { head -n 20 log >&2 && fail "a report is wrong"; }
# GitLab shows one of several findings with one fingerprint. No schema can say that; nor that a line ends where it begins
# or later, or that no byte order mark may come first.
for report in ./*.json; do
  jq --exit-status '(map(.fingerprint) | length == (unique | length)) and all(.location.lines | .begin <= .end)' "$report" \
    >log || fail "$report has a fingerprint twice, or a finding that ends before it begins"
  [[ $(head -c 1 "$report") == '[' ]] || fail "$report does not begin with its list"
done
[[ $(jq length many.json) -gt 1000 ]] || fail "the many findings are not in the report"
# The check finds something where there is something.
for wrong in 'del(.[0].check_name)' '.[0].severity = "fatal"' '.[0].location.path = "./a"' '.[0].location.path = "/a"' \
  'del(.[0].location.lines)' '.[0].location.lines.begin = 0' '.[0].fingerprint = null' '{issues: .}'; do
  jq "$wrong" example.json >wrong.json
  if "$tools/bin/check-jsonschema" --schemafile "$schema" wrong.json >log; then fail "a wrong report passes: $wrong"; fi
done
echo "code-quality: all is well"
