# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# rung.sh: the list of a rung, an array that tries again what a job, and the rungs before it, left undone. Job scripts of
# programs without `retry … with` never come here.

# The first task to start freezes the list; all others, and itself when it is requeued, find that one.
flow_rung_list() {
  local list=$flow_submission/lists/$flow_job.tsv
  [[ -e $list ]] || flow_freeze "$list" flow_rung_find || flow_die "the list $list cannot be written"
  # The deaths that were found are recorded by who found them.
  [[ ! -s $list.deaths.$flow_task_name ]] || cat -- "$list.deaths.$flow_task_name" >>"$flow_journal_file"
  rm -f -- "$list.deaths.$flow_task_name"
}

flow_rung_find() {
  local c calls=''
  for ((c = 0; c < ${#flow_calls[@]}; c++)); do
    [[ -z ${flow_call_raise[c]} ]] || calls+="${flow_calls[c]}=${flow_call_raise[c]};"
  done
  flow_journals "$flow_rung_of" |
    RUNG_CALLS=$calls RUNG_LIST=$flow_submission/lists/$flow_rung_of.tsv RUNG_ARRAYS=$flow_submission/arrays.tsv \
      RUNG_JOB=$flow_job RUNG_FUSED=$((${#flow_calls[@]} > 1)) RUNG_SUBMISSION=$flow_number \
      RUNG_LOGS=$flow_run/logs/$flow_number.$flow_rung_of RUNG_DEATHS=$flow_submission/lists/$flow_job.tsv.deaths.$flow_task_name \
      awk -f "$flow_lib/records.awk" -f "$flow_lib/rung.awk"
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
