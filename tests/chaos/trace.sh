# shellcheck shell=bash
# Sourced by the scripts of chaos.flow: a line in a ledger, then some time in which something may happen.
#   CALL DIR ATTEMPT NOW BORN: when the script began, and when the attempt's folder was made, in seconds
printf '%s %s %s %s %s\n' "$FLOW_CALL" "$FLOW_SHARD" "$FLOW_ATTEMPT" "$(date +%s.%N)" "$(stat -c %.3W .)" >>"${CHAOS_LEDGER:?}"
[[ ${CHAOS_QUIET-} ]] || sleep "$((RANDOM % 2)).$((RANDOM % 10))"
