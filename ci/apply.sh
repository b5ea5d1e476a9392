#!/usr/bin/env bash
# Applies. Environment: PLAN (a saved plan, applied as it was reviewed; without it a fresh one is made), CONFIG, ARGS.
# Outputs exit-code, summary and, for a saved plan, those of `plan_outputs`. Ends as the program does.
set -euo pipefail
# shellcheck source=ci/lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

rm -f "$work/report.md"
if [[ -n ${PLAN:-} ]]; then
  arguments=("$PLAN")
  plan_outputs "$PLAN"
else
  arguments=(--config "${CONFIG:-orgsync.yaml}")
fi
read -r -d '' -a more <<<"${ARGS:-}" || true

# When the run is cancelled, the program is told and waited for: it lets what is under way end, notes it, and reports.
status=0
stop_commands
orgsync apply "${arguments[@]}" --yes --format markdown ${more[@]+"${more[@]}"} >"$work/report.md" &
program=$!
trap 'kill -TERM "$program" 2>/dev/null || true' INT TERM
wait "$program" || status=$?
while kill -0 "$program" 2>/dev/null; do
  status=0
  wait "$program" || status=$?
done
trap - INT TERM
cat "$work/report.md"
take_commands
if [[ ! -s $work/report.md ]]; then
  echo "orgsync did not apply: it exited with status $status. See the log of the run." >"$work/report.md"
fi
if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then cat "$work/report.md" >>"$GITHUB_STEP_SUMMARY"; fi
output exit-code "$status"
output summary "$work/report.md"
exit "$status"
