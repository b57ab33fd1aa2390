# shellcheck shell=bash
# A SLURM of files, for what a real one does seldom: sbatch, squeue, scontrol and scancel that keep their queue in $base/queue.
# Use it behind submit_lib.sh and fresh. Lines of the queue: ID, FIRST-LAST, STATE, COMMENT, REASON, DEPENDENCY, SCRIPT, ARGUMENTS.
#
# Each command first sources $base/fault.NAME where that is there; `n` is the number of this call. Calls are counted as with
# `wrapped` of submit_lib.sh. fake_run runs what is released, in order, until nothing is.

fake_slurm() {
  mkdir -p -- "$base/bin"
  : >"$base/queue"
  local name
  for name in sbatch squeue scontrol scancel; do
    {
      printf '#!/usr/bin/env bash\nset -u\nbase=%q name=%q\n' "$base" "$name"
      declare -f fake_queue_job "fake_$name"
      cat <<'COMMON'
exec 9>>"$base/queue.lock"
flock 9
echo "$*" >>"$base/calls.$name"
n=$(wc -l <"$base/calls.$name")
# shellcheck disable=SC1090 # the test writes it
if [[ -f $base/fault.$name ]]; then source "$base/fault.$name"; fi
COMMON
      printf 'fake_%s "$@"\n' "$name"
    } >"$base/bin/$name"
    chmod +x "$base/bin/$name"
  done
  PATH=$base/bin:$PATH
}

# Puts a job into the queue, as sbatch was called: sets id.
fake_queue_job() {
  local comment='(null)' array=- dependency=- reason=Priority
  id=$(cat "$base/last_id" 2>/dev/null || echo 100)
  id=$((id + 1))
  echo "$id" >"$base/last_id"
  while [[ $1 == --* ]]; do
    case $1 in
      --comment=*) comment=${1#*=} ;;
      --array=*) array=${1#*=} array=${array%\%*} ;;
      --dependency=*) dependency=${1#*=} reason=Dependency ;;
      --hold) reason=JobHeldUser ;;
    esac
    shift
  done
  printf '%s\t%s\tPENDING\t%s\t%s\t%s\t%s\t%s\t%s\n' "$id" "$array" "$comment" "$reason" "$dependency" "$@" >>"$base/${into:-queue}"
}

fake_sbatch() { fake_queue_job "$@"; echo "$id"; }
fake_squeue() { cut -f1-5 "$base/queue"; }

fake_scontrol() {
  [[ $1 == release ]] || exit 1
  awk -F '\t' -v OFS='\t' -v ids=",$2," 'index(ids, "," $1 ",") && $5 == "JobHeldUser" { $5 = "Priority" } { print }' \
    "$base/queue" >"$base/queue.new"
  mv -- "$base/queue.new" "$base/queue"
}

fake_scancel() {
  awk -F '\t' -v ids=" $* " '!index(ids, " " $1 " ")' "$base/queue" >"$base/queue.new"
  mv -- "$base/queue.new" "$base/queue"
}

# Runs what may run, each task once, in the order of the ids: jobs whose dependencies are out of the queue.
fake_run() {
  local job range comment reason deps script folder name task dep free ran=1
  while [[ -n $ran ]]; do
    ran=''
    while IFS=$'\t' read -r job range _ comment reason deps script folder name; do
      [[ $reason != JobHeldUser ]] || continue
      free=1
      for dep in ${deps//[,:]/ }; do
        if grep -q "^$dep"$'\t' "$base/queue"; then free=''; fi
      done
      [[ -n $free ]] || continue
      for ((task = ${range%-*}; task <= ${range#*-}; task++)); do
        SLURM_ARRAY_TASK_ID=$task bash "$script" "$folder" "$name" >>"$folder/../../../logs/${folder##*/}.$name.$task.log" 2>&1 || true
      done
      sed -i "/^$job\t/d" "$base/queue"
      ran=1
      break
    done <"$base/queue"
  done
}
