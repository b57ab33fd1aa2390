# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# rung.sh: lists of work that are made by the first task to start: that of a rung, an array that tries again what a job, and
# the rungs before it, left undone; and that of a job which runs for what others make. Most programs have neither.

# The first task to start freezes the list; all others, and itself when it is requeued, find that one.
flow_rung_list() {
  local list=$flow_submission/lists/$flow_job.tsv
  flow_open_list "$flow_rung_of"
  [[ -e $list ]] || flow_freeze "$list" flow_rung_find || flow_die "the list $list cannot be written"
  # The deaths that were found are recorded by who found them.
  [[ ! -s $list.deaths.$flow_task_name ]] || cat -- "$list.deaths.$flow_task_name" >>"$flow_journal_file"
  rm -f -- "$list.deaths.$flow_task_name"
}

flow_rung_find() {
  local c calls='' raises=''
  for ((c = 0; c < ${#flow_calls[@]}; c++)); do
    calls+="${flow_calls[c]}=${flow_call_link[c]:-${flow_call_raise[c]}};"
    raises+="${flow_calls[c]}=${flow_call_raise[c]};"
  done
  flow_journals "$flow_rung_of" |
    RUNG_CALLS=$calls RUNG_RAISES=$raises RUNG_LISTS=$flow_submission/lists RUNG_ARRAYS=$flow_submission/arrays.tsv \
      RUNG_OF=$flow_rung_of RUNG_JOB=$flow_job RUNG_FROM=$flow_rung_from RUNG_PASSES=$flow_rungs_raised \
      RUNG_FUSED=$((${#flow_calls[@]} > 1)) RUNG_SUBMISSION=$flow_number \
      RUNG_LOGS=$flow_run/logs/$flow_number.$flow_rung_of RUNG_DEATHS=$flow_submission/lists/$flow_job.tsv.deaths.$flow_task_name \
      awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/deal.awk" -f "$flow_lib/rung.awk"
}

# Did this rung find failures for one behind it that asks for more?
flow_rung_passes() { [[ $flow_rung_of ]] && grep -qa -m 1 $'^next\t' "$flow_submission/lists/$flow_job.tsv"; }

# The list of a job of which submit did not know all items: the items first, then the lines that they make.
flow_open_list() { # JOB
  local axis list=$flow_submission/lists/$1
  [[ ! -e $list.tsv && -e $list.open.tsv ]] || return 0
  # In the order of the plan: what an inner axis has may depend on an outer one.
  while IFS= read -r axis; do
    grep -qF "%*$axis=" "$list.open.tsv" || continue
    [[ -e $flow_submission/made/$axis.tsv ]] ||
      flow_freeze "$flow_submission/made/$axis.tsv" flow_find_made "$axis" || return
  done < <(awk -F '\t' '$1 == "axis" && $3 == "made" { print $2 }' "$flow_submission/plan.tsv")
  flow_freeze "$list.tsv" flow_deal "$1"
}

flow_deal() { # JOB
  DEAL_OPEN=$flow_submission/lists/$1.open.tsv DEAL_ARRAYS=$flow_submission/arrays.tsv DEAL_JOB=$1 \
    MADE_FOLDER=$flow_submission/made awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/deal.awk"
}

# What was made for an axis. Of a shard that is not there, and of which no record says why, it may be late to be seen: then
# it is waited for as at a gate.
flow_find_made() { # AXIS
  local call output beside beside_output job
  # Of a zip those of its two axes, which stand before it.
  IFS=$'\t' read -r call output beside beside_output < <(
    awk -F '\t' -v axis="$1" '
      $1 == "axis" && $3 == "made" { of[$2] = $4 "\t" $5; if ($2 == axis) print of[axis] ($8 ~ /^[+]/ ? "\t" of[substr($8, 2)] : "") }
    ' "$flow_submission/plan.tsv"
  )
  flow_job_of "$call"
  job=$REPLY
  [[ ! $beside ]] || flow_job_of "$beside"
  until { flow_journals "$job"; [[ $REPLY == "$job" ]] || flow_journals "$REPLY"; } |
    GATE=made GATE_CALL=$call GATE_OUTPUT=$output GATE_SUBMISSION=$flow_number GATE_LAST=$((flow_waited >= flow_wait)) \
      GATE_EXPECT=$flow_submission/made/$1.open.tsv GATE_RECORDS=state/records/$call.tsv MADE_FOLDER=$flow_submission/made \
      GATE_BESIDE=$beside GATE_BESIDE_OUTPUT=$beside_output GATE_BESIDE_RECORDS=state/records/$beside.tsv \
      awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/gate.awk"; do
    flow_sleep 1
    ((++flow_waited))
  done
}

# flow_freeze FILE COMMAND…: what the command prints becomes FILE, whole, once: whoever comes later finds it there. One task
# does it while the others wait; if it dies, they do it themselves, and one of them wins.
flow_freeze() {
  local i aside=$1.$flow_task_name
  if ! mkdir -- "$1.by" 2>/dev/null; then
    for ((i = 0; i < 60; i++)); do
      [[ ! -e $1 ]] || return 0
      flow_sleep 1
    done
  fi
  "${@:2}" >"$aside" && sync -- "$aside" && ln -T -- "$aside" "$1" 2>/dev/null
  rm -f -- "$aside"
  [[ -e $1 ]]
}
