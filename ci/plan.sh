#!/usr/bin/env bash
# Plans, with annotations on the lines of the files. Environment: CONFIG, ARGS, and what may be empty: LIVE (a snapshot),
# BASE (the configuration as it was before the change).
# Leaves plan.json and plan.md, the text for people; outputs exit-code, changes, plan, summary.
# Ends with 0 where the plan is good, with or without changes, and else as the program does.
set -euo pipefail
# shellcheck source=ci/lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

rm -f "$work"/{plan.json,plan.md,markdown,log}
arguments=(--config "${CONFIG:-orgsync.yaml}" --format github --out "$work/plan.json" --detailed-exitcode)
if [[ -n ${LIVE:-} ]]; then arguments+=(--live "$LIVE"); fi
if [[ -n ${BASE:-} ]]; then arguments+=(--base "$BASE"); fi
read -r -d '' -a more <<<"${ARGS:-}" || true

# The program appends its markdown to the step's summary: to ours, so that it can become a comment too.
status=0
GITHUB_STEP_SUMMARY=$work/markdown orgsync plan "${arguments[@]}" ${more[@]+"${more[@]}"} 2>"$work/log" || status=$?
if [[ -s $work/log ]]; then
  stop_commands
  cat "$work/log"
  take_commands
fi

{
  if [[ -n ${LIVE:-} ]]; then
    # shellcheck disable=SC2016 # the variables are jq's
    age='(now - (.taken_at | sub("\\.[0-9]+"; "") | fromdateiso8601) | floor) as $age
      | (if $age < 7200 then "\($age / 60 | floor) minutes" elif $age < 172800 then "\($age / 3600 | floor) hours"
         else "\($age / 86400 | floor) days" end) as $age
      | "> Planned against a snapshot that is \($age) old (\(.taken_at | sub("\\.[0-9]+"; "") | fromdateiso8601 | todateiso8601)), not against the live organization."'
    jq --raw-output "$age" "$LIVE" 2>/dev/null ||
      echo '> Planned against a snapshot of unknown age, not against the live organization.'
    echo
  fi
  if [[ -s $work/markdown ]]; then
    cat "$work/markdown"
  else
    echo "orgsync could not plan: it ended with status $status. The log of the run says why."
  fi
} >"$work/plan.md"
if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then cat "$work/plan.md" >>"$GITHUB_STEP_SUMMARY"; fi

output exit-code "$status"
output summary "$work/plan.md"
if [[ -s $work/plan.json ]]; then
  output plan "$work/plan.json"
  output changes "$(jq .summary.changes "$work/plan.json")"
fi
case $status in
0 | 2) ;;
*) exit "$status" ;;
esac
