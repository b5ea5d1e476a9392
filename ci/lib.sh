# shellcheck shell=bash
# What the scripts of the action share. To be sourced.
#
# Names and addresses are hostile text. They travel in files alone: never in an argument, never through a shell.

work=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/orgsync
mkdir -p "$work"

# output NAME VALUE: sets an output of the step. VALUE is one line.
output() {
  printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/null}"
}

# plan_outputs PLAN.json: sets the outputs that count what is in a plan.
plan_outputs() {
  output changes "$(jq .summary.changes "$1")"
  output removals "$(jq '.summary.by_kind["member.remove"] // 0' "$1")"
  output new-admins "$(jq '.summary.new_admins // 0' "$1")"
  # What `policy.unmanaged.admins` is about. Someone may hold power in several places.
  output undeclared-admins "$(jq '[.undeclared_power[]? | select(.acknowledged | not) | .uuid] | unique | length' "$1")"
}

# Between these two, the runner takes no commands from what is printed.
stop_commands() {
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
}
take_commands() {
  printf '\n::%s::\n' "$token"
}

# A configuration's own comment and issue are found again by this, in the first line of their text.
marker() {
  printf '<!-- orgsync %s %s -->' "$1" "$(printf %s "${CONFIG:-}" | cksum | cut -d ' ' -f 1)"
}

# api METHOD PATH [BODY.json]: a request to the REST API; prints the answer. The token stands in no command line.
api() {
  local arguments=(--silent --show-error --fail --location --max-time 60 --retry 3 --request "$1"
    --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' --header @-)
  if (($# > 2)); then arguments+=(--data-binary "@$3"); fi
  printf 'Authorization: Bearer %s\n' "$GITHUB_TOKEN" |
    curl "${arguments[@]}" "${GITHUB_API_URL:-https://api.github.com}/$2"
}

# find PATH MARKER: the number or id of the first entry of a list that this action has written, or nothing.
# Others can write the marker too: what they have written stays theirs, so that nobody can edit what we say.
find_own() {
  local separator='?' page=1 count
  if [[ $1 == *\?* ]]; then separator='&'; fi
  while :; do
    api GET "$1${separator}per_page=100&page=$page" >"$work/page.json"
    jq --raw-output --arg marker "$2" --arg author "${COMMENT_AUTHOR:-github-actions[bot]}" \
      'map(select(.user.login == $author and .pull_request == null and ((.body // "") | startswith($marker))))
       | first // empty | .number // .id' "$work/page.json" >"$work/found"
    count=$(jq length "$work/page.json")
    if [[ -s $work/found ]] || ((count < 100)); then break; fi
    page=$((page + 1))
  done
  cat "$work/found"
}
