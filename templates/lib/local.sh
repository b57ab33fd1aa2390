# shellcheck shell=bash disable=SC2154,SC2034 # a part of submit.sh: variables are set in one part and used in another
# local.sh: a submission on this machine. The same job scripts, several at a time, in the order of their dependencies.
# Nothing polls: each task reports its end through a FIFO.

run_local() {
  local ended=''
  printf '%s %s %s\n' "$HOSTNAME" "${USER:-${LOGNAME:-$EUID}}" "$$" >"$submission/local"
  lock_drop "$state"
  slots=$((10#${slots:-$(nproc)}))
  ((slots > 0)) || slots=1
  read_arrays
  mkfifo -- "$tmp/ended"
  exec {ended}<>"$tmp/ended"
  declare -gA running=()
  trap 'end_local; exit 130' INT
  trap 'end_local; exit 143' TERM HUP
  set -m                                  # each task in a process group of its own, which can be ended as a whole
  local task status
  while start_next; do :; done
  while ((${#running[@]})); do
    if read -r -t 60 -u "$ended" task status; then task_ended "$task" "$status"; else find_killed; fi
    while start_next; do :; done
  done
  set +m
  exec {ended}>&-
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  : >"$submission/ended"
  report_local
}

# What is to run. Arrays are numbered in the order of the plan; by number:
#   array_job, array_first, array_last   array_any   jobs (or a task, JOB/TASK) that must have ended   array_corr   jobs to follow task by task
#   array_notok  those of array_any of which each must have failed: else the array is dropped
#   array_next   the next task that has not been started   array_ready   the tasks that may start, of those that follow
read_arrays() {
  local job first last deps n=0 dep
  declare -ga array_job=() array_first=() array_last=() array_any=() array_notok=() array_corr=() array_next=() array_ready=()
  declare -gA job_left=() job_limit=() job_running=() job_failed=() task_done=() shard_failed=() call_total=() call_done=() call_failed=()
  while IFS=$'\t' read -r job first last deps; do
    array_job[n]=$job array_first[n]=$first array_last[n]=$last array_next[n]=$first
    array_any[n]='' array_notok[n]='' array_corr[n]='' array_ready[n]=''
    job_left[$job]=$((${job_left[$job]:-0} + last - first + 1))
    for dep in ${deps//,/ }; do
      case $dep in
        afternotok:*) array_any[n]+=" ${dep#*:}" array_notok[n]+=" ${dep#*:}" ;;
        afterany:*:*) dep=${dep#*:}; array_any[n]+=" ${dep/://}" ;;
        afterany:*) array_any[n]+=" ${dep#*:}" ;;
        aftercorr:*) dep=${dep#*:}; array_corr[n]+=" ${dep%:*}" ;;
      esac
    done
    printf '%s\t-\t%s-%s\t%s\n' "$job" "$first" "$last" "$deps" >>"$submission/jobs.tsv"
    n=$((n + 1))
  done <"$submission/arrays.tsv"
  while IFS=$'\t' read -r job last _; do job_limit[$job]=$last; done <"$tmp/plan.jobs"
  while IFS=$'\t' read -r job _ _ _ last _; do
    ((last == 0)) || { call_total[$job]=$last; call_done[$job]=0; call_failed[$job]=0; }
  done <"$submission/counts.tsv"
  mapfile -t call_order < <(cut -f1 "$submission/counts.tsv")
}

# Starts one task that may run; FALSE if there is none, or no slot. Late arrays go first: results come early.
start_next() {
  local n job task dropped=''
  ((${#running[@]} < slots)) || return 1
  for ((n = ${#array_job[@]} - 1; n >= 0; n--)); do
    job=${array_job[n]}
    ((${job_limit[$job]:-0} == 0 || ${job_running[$job]:-0} < job_limit[$job])) || continue
    [[ -z ${array_notok[n]} ]] || ((array_next[n] <= array_last[n])) || continue
    array_open "$n" || continue
    if [[ -z ${array_corr[n]} ]]; then
      ((array_next[n] <= array_last[n])) || continue
      task=${array_next[n]}
      array_next[n]=$((task + 1))
    else
      [[ -n ${array_ready[n]} ]] || continue
      task=${array_ready[n]%% *}
      array_ready[n]=${array_ready[n]#"$task"}
      array_ready[n]=${array_ready[n]# }
    fi
    start_task "$job" "$task"
    return 0
  done
  # What waited for a dropped one may start now.
  [[ -n $dropped ]]
}

# Have all the jobs ended for which the array waits as a whole? A rung without work is dropped, as SLURM does it.
array_open() {
  local job
  for job in ${array_any[$1]}; do
    case $job in
      */*) [[ -n ${task_done[$job]:-} ]] || return 1 ;;
      *) ((job_left[$job] == 0)) || return 1 ;;
    esac
  done
  for job in ${array_notok[$1]}; do
    [[ -z ${job_failed[$job]:-} ]] || continue
    job_left[${array_job[$1]}]=0 array_next[$1]=$((array_last[$1] + 1)) dropped=1
    return 1
  done
}

start_task() {
  local job=$1 task=$2
  (
    trap - INT TERM HUP EXIT
    status=0
    FLOW_TASK=$task bash "$submission/jobs/$job.sbatch" "$submission" "$job" </dev/null \
      >>"$run/logs/${submission##*/}.$job.$task.log" 2>&1 {ended}>&- || status=$?
    printf '%s %s\n' "$job/$task" "$status" >&"$ended"
  ) 2>/dev/null &
  running[$job/$task]=$!
  job_running[$job]=$((${job_running[$job]:-0} + 1))
}

task_ended() {
  local id=$1 job=${1%/*} task=${1##*/} n other follows
  [[ -n ${running[$id]:-} ]] || return 0
  [[ $2 == 0 ]] || job_failed[$job]=1
  wait "${running[$id]}" 2>/dev/null || true
  unset 'running[$id]'
  job_running[$job]=$((job_running[$job] - 1))
  job_left[$job]=$((job_left[$job] - 1))
  task_done[$id]=1
  for n in "${!array_job[@]}"; do
    [[ " ${array_corr[n]} " == *" $job "* ]] || continue
    ((array_first[n] <= task && task <= array_last[n])) || continue
    follows=1
    for other in ${array_corr[n]}; do [[ -n ${task_done[$other/$task]:-} ]] || follows=''; done
    [[ -z $follows ]] || array_ready[n]+="${array_ready[n]:+ }$task"
  done
  count_task "$job" "$task"
}

# A task whose shell was killed cannot report its end.
find_killed() {
  local id
  for id in "${!running[@]}"; do
    kill -0 "${running[$id]}" 2>/dev/null || task_ended "$id" 137
  done
}

end_local() {
  local id
  trap '' INT TERM HUP
  disown -a                               # else bash reports the end of each
  for id in "${!running[@]}"; do kill -TERM -- "-${running[$id]}" 2>/dev/null || true; done
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    for id in "${!running[@]}"; do
      kill -0 -- "-${running[$id]}" 2>/dev/null || unset 'running[$id]'
    done
    ((${#running[@]})) || break
    sleep 0.3
  done
  for id in "${!running[@]}"; do kill -KILL -- "-${running[$id]}" 2>/dev/null || true; done
  : >"$submission/ended"
  warn 'stopped; ./submit.sh --local goes on from here'
}

# ---- progress -------------------------------------------------------------------------------------------------------

# What the journals of one task say of its shards: the last line of each counts, since failures are tried again.
count_task() {
  local file status call dir key changed=()
  local -A last_status=()
  file=$submission/lists/$1
  if [[ -e $file.open.tsv && -e $file.tsv && -z ${job_known[$1]:-} ]]; then
    job_known[$1]=1                       # how many shards there are is known now
    while read -r status call; do call_total[$call]=$status; done < <(cut -f2 -- "$file.tsv" | sort | uniq -c)
  fi
  for file in "$state/journal/${submission##*/}.$1.$2".*.tsv; do
    [[ -f $file ]] || continue
    while IFS=$'\t' read -r status call dir _; do
      [[ -z ${call_total[$call]:-} ]] || last_status[$call/$dir]=$status
    done <"$file"
  done
  for key in "${!last_status[@]}"; do
    call=${key%%/*}
    case ${last_status[$key]} in
      done | skipped) call_done[$call]=$((call_done[$call] + 1)) ;;
      failed | blocked | left-out) call_failed[$call]=$((call_failed[$call] + 1)) ;;
      *) continue ;;
    esac
    # What a rung tries again has been counted once.
    [[ -z ${shard_failed[$key]:-} ]] || call_failed[$call]=$((call_failed[$call] - 1))
    shard_failed[$key]=''
    [[ ${last_status[$key]} == @(done|skipped) ]] || shard_failed[$key]=1
    changed+=("$call")
  done
  if ((${#changed[@]})); then show_progress "${changed[@]}"; fi
}

show_progress() {
  local call n of
  if [[ -t 1 && -z $progress ]]; then
    [[ -z ${drawn:-} ]] || printf '\e[%dA' "$drawn"
    drawn=0
    for call in "${call_order[@]}"; do
      [[ -n ${call_total[$call]:-} ]] || continue
      printf '\e[K%s\n' "$(progress_line "$call")"
      drawn=$((drawn + 1))
    done
    return
  fi
  for call in "${call_order[@]}"; do
    [[ " $* " == *" $call "* ]] || continue
    n=$((call_done[$call] + call_failed[$call])) of=${call_total[$call]}
    if [[ -n $progress ]]; then
      printf 'progress\t%s\t%s\t%s\t%s\n' "$call" "${call_done[$call]}" "${call_failed[$call]}" "$of"
    elif ((n == of || n * 10 / of > ${call_told[$call]:-0})); then
      call_told[$call]=$((n * 10 / of))
      progress_line "$call"
    fi
  done
}
declare -A call_told=() job_known=()

progress_line() {
  local line="$1: ${call_done[$1]} of ${call_total[$1]} done"
  ((call_failed[$1] == 0)) || line+=", ${call_failed[$1]} failed or blocked"
  say "$line"
}

# The end: the records are brought up to date, and what is there is said.
report_local() {
  local pending ignored
  lock_take
  compact_journals
  files=$submission/files.tsv
  looking=1
  survey
  decide "$tmp/decide" write
  record_found "$tmp/decide/found.tsv"
  publish_index "$tmp/decide/index"
  repair_results "$tmp/decide/publish.tsv" "$tmp/decide/keep.tsv"
  pending=$(awk -F '\t' '{ n += $5 } END { print n + 0 }' "$counts")
  if ((pending == 0)); then
    say "Done."
    list_results
    return 0
  fi
  tell_failures "$tmp/decide/failed.tsv"
  ignored=$(awk -F '\t' 'FILENAME != "-" { if ($1 == "ignore") ignore[$2]; next }
    $3 == "left-out" || $3 == "failed" && $1 in ignore { n++ } END { print n + 0 }' \
    "$submission/plan.tsv" - <"$tmp/decide/failed.tsv")
  if ((pending == ignored)); then
    say "Done, but for $ignored shards that failed, or read what failed, and may be missing."
    list_results
    return 0
  fi
  say "$pending shards are not done. $self --local runs them again."
  return 1
}

list_results() {
  local count
  count=$(find "$run/results" -type f | wc -l)
  ((count)) || return 0
  say "$count published in $run/results:"
  find "$run/results" -type f -printf '    %P\n' | sort | awk 'NR <= 10 { print } NR == 11 { print "    …" }'
}
