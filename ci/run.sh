#!/usr/bin/env bash
# Runs what MODE says: plan; apply; due, which applies what is due alone; or drift, which is a plan of which drift.sh
# then tells.
set -euo pipefail
scripts=${BASH_SOURCE[0]%/*}
case ${MODE:-} in
plan | drift) exec "$scripts/plan.sh" ;;
apply) exec "$scripts/apply.sh" ;;
due) ARGS="--due ${ARGS:-}" PLAN='' exec "$scripts/apply.sh" ;;
*)
  echo '::error::The input mode must be plan, apply, due or drift.'
  exit 64
  ;;
esac
