#!/usr/bin/env bash
# Plans, with annotations on the lines of the files. Environment: CONFIG, ARGS, and what may be empty: LIVE (a snapshot),
# BASE (the configuration as it was before the change) or BASE_REF (a branch, tag or commit that has it).
# Leaves plan.json and plan.md, the text for people; outputs exit-code, plan, summary, and those of
# `plan_outputs`.
# Ends with 0 where the plan is good, with or without changes, and else as the program does.
set -euo pipefail
# shellcheck source=ci/lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

rm -f "$work"/{plan.json,plan.md,markdown,log}
arguments=(--config "${CONFIG:-orgsync.yaml}" --format github --out "$work/plan.json" --detailed-exitcode)
if [[ -n ${LIVE:-} ]]; then arguments+=(--live "$LIVE"); fi
# Compared with themselves, files have no change: what is not drift is merely due, and `apply --due` does it.
if [[ ${MODE:-} == drift ]]; then arguments+=(--base "${CONFIG:-orgsync.yaml}" --drift); fi
if [[ -n ${BASE:-} ]]; then arguments+=(--base "$BASE"); fi
if [[ -n ${BASE_REF:-} ]]; then arguments+=(--base-ref "$BASE_REF"); fi
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
  if [[ -s $work/markdown ]]; then
    cat "$work/markdown"
  else
    echo "orgsync could not plan: it exited with status $status."
    # Four spaces make code of it, whatever it holds.
    echo && tail -n 20 "$work/log" | sed 's/^/    /'
  fi
} >"$work/plan.md"
if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then cat "$work/plan.md" >>"$GITHUB_STEP_SUMMARY"; fi

output exit-code "$status"
output summary "$work/plan.md"
if [[ -s $work/plan.json ]]; then
  output plan "$work/plan.json"
  plan_outputs "$work/plan.json"
fi
if [[ ! -s $work/markdown ]]; then echo "::error::orgsync could not plan. See the summary of this step."; fi
case $status in
0 | 2) ;;
*) exit "$status" ;;
esac
