#!/usr/bin/env bash
# Keeps one comment on a pull request up to date. Environment: SUMMARY (a file with the text), CONFIG, GITHUB_TOKEN,
# COMMENT_AUTHOR, and what the runner sets.
set -euo pipefail
# shellcheck source=ci/lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

number=$(jq '.pull_request.number // empty' "${GITHUB_EVENT_PATH:?}")
if [[ -z $number ]]; then
  echo "There is no pull request to comment on."
  exit 0
fi
mark=$(marker plan)
{
  printf '%s\n' "$mark"
  cat "${SUMMARY:?}"
} >"$work/body.md"
jq --null-input --rawfile body "$work/body.md" '{body: $body}' >"$work/body.json"

own=$(find_own "repos/$GITHUB_REPOSITORY/issues/$number/comments" "$mark")
if [[ -n $own ]]; then
  api PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$own" "$work/body.json" >"$work/answer.json"
else
  api POST "repos/$GITHUB_REPOSITORY/issues/$number/comments" "$work/body.json" >"$work/answer.json"
fi
