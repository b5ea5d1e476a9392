#!/usr/bin/env bash
# Keeps one issue about drift: opens or updates it while the plan has changes or is refused, closes it when there is
# nothing to do. Environment: SUMMARY (a file with the text), EXIT_CODE (of the plan), CONFIG, GITHUB_TOKEN,
# COMMENT_AUTHOR, and what the runner sets.
set -euo pipefail
# shellcheck source=ci/lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

mark=$(marker drift)
case ${EXIT_CODE:?} in
0) state=closed ;;
2) state=open ;;
3)
  # A plan can be refused; faults of the files are no drift, and the run has failed because of them.
  if [[ ! -s $work/plan.json ]]; then
    echo "The files have faults, so the issue about drift is not updated."
    exit 0
  fi
  state=open
  ;;
*)
  echo "There is no plan, so the issue about drift is not updated."
  exit 0
  ;;
esac
{
  printf '%s\n' "$mark"
  cat "${SUMMARY:?}"
} >"$work/body.md"

# The title names the holders of power that no file grants.
if [[ ! -s $work/plan.json ]]; then echo '{}' >"$work/plan.json"; fi
title=$(jq --raw-output --arg config "${CONFIG:-orgsync.yaml}" '
  [.undeclared_power[]? | select(.acknowledged | not) | .target] | unique
  | if length == 0 then "The organization is not as \($config) declares it"
    elif length > 3 then "Power that no file grants: \(.[:3] | join(", ")) and \(length - 3) more"
    else "Power that no file grants: \(join(", "))" end' "$work/plan.json")

own=$(find_own "repos/$GITHUB_REPOSITORY/issues?state=open" "$mark")
if [[ -n $own ]]; then
  jq --null-input --rawfile body "$work/body.md" --arg state "$state" --arg title "$title" \
    '{title: $title, body: $body, state: $state}' >"$work/body.json"
  api PATCH "repos/$GITHUB_REPOSITORY/issues/$own" "$work/body.json" >"$work/answer.json"
elif [[ $state == open ]]; then
  jq --null-input --rawfile body "$work/body.md" --arg title "$title" '{title: $title, body: $body}' \
    >"$work/body.json"
  api POST "repos/$GITHUB_REPOSITORY/issues" "$work/body.json" >"$work/answer.json"
fi
