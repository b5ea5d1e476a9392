#!/usr/bin/env bash
# Runs what MODE says: plan; apply; due, which applies what is due alone; or drift, which is a plan of which drift.sh
# then tells.
set -euo pipefail
scripts=${BASH_SOURCE[0]%/*}
case ${MODE:-} in
plan) exec "$scripts/plan.sh" ;;
drift)
  if [[ -n ${BASE:-}${BASE_REF:-} ]]; then
    echo '::error::With mode drift, leave out the inputs base and base-ref: drift is told by the files as they are.'
    exit 64
  fi
  exec "$scripts/plan.sh"
  ;;
apply) exec "$scripts/apply.sh" ;;
# What else can't be undone is never due: only API keys of people whose access has ended.
due) ARGS="--due --allow-irreversible ${ARGS:-}" PLAN='' exec "$scripts/apply.sh" ;;
*)
  echo '::error::The input mode must be plan, apply, due or drift.'
  exit 64
  ;;
esac
