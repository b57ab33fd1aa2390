#!/usr/bin/env bash
# The folder of `checkpoint`: it is found by the next attempt, however the one before ended, and only by one with the same inputs.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

# Each start does a step and ends as the file `end` says; the third is the last.
steps() { # NAME DECLARATION…: a job
  job "$1" <<JOB
flow_call steps
flow_item n Int
flow_output o File o.txt
flow_checkpoint deep/state
$(printf '%s\n' "${@:2}")
flow_script bash <<'FLOW'
echo "\$FLOW_ATTEMPT" >>deep/state/starts
(($(printf %s "\$(wc -l <deep/state/starts)") < 3)) || { cp deep/state/starts "\$o"; exit 0; }
$(cat "$top/end")
FLOW
JOB
}
states() { find "$run/work/.checkpoint/steps/$1" -mindepth 2 -maxdepth 2 -type d 2>/dev/null | wc -l; }
run_task() { # JOB TASK
  task "$@"
  nothing_left
}

begin again
echo 'exit 99' >"$top/end"
steps 01-steps 'flow_again 99 5'
work 01-steps 0 steps n=1 n=1 - 1
run_task 01-steps 0
is "$status" 0 'again: status'
is "$(wc -l <"$run/work/steps/n=1/o.txt")" 3 'three starts, one folder'
is "$(last steps n=1 8)" 3 'each has a number'
gone "$run/work/steps/n=1/deep/state"
is "$(states n=1)" 0 'what is done goes on no more'

# Started no more often than it may be; the state stays.
steps 02-steps 'flow_again 99 2'
work 02-steps 0 steps n=2 n=2 - 2
run_task 02-steps 0
is "$status" 1 'twice: status'
is "$(last steps n=2 1)/$(last steps n=2 14)" failed/again 'the second may not ask for a third'
logged 'has had its 2 starts'
is "$(states n=2)" 1 'its state is there'
# The next submission goes on from it, and begins anew where the inputs are others.
submission 0002
steps 02-steps 'flow_again 99 2'
work 02-steps 0 steps n=2 n=2 - 2
run_task 02-steps 0
is "$status" 0 'gone on: status'
is "$(head -1 "$run/work/steps/n=2/o.txt" | cut -d. -f1)" 0001 'from the first submission on'
submission 0003
steps 02-steps 'flow_again 99 2'
work 02-steps 0 steps n=2 n=other - 2
run_task 02-steps 0
is "$(last steps n=2 1)" failed 'other inputs begin from nothing'
end

begin no_time
echo 'sleep 2; exit 99' >"$top/end"
# Another start of two seconds does not fit into three.
steps 01-steps 'flow_again 99 5'
sed -i '1,/flow_call/ s/^flow_call/flow_walltime 3\nflow_call/' "$submission/jobs/01-steps.sbatch"
work 01-steps 0 steps n=1 n=1 - 1
run_task 01-steps 0
is "$status" 1 'no time: status'
is "$(last steps n=1 1)/$(last steps n=1 14)" pending/again 'it is pending'
is "$(states n=1)" 1 'with its state'
end

begin ends
for how in 'exit 3' 'kill -KILL $$' 'exit 0' 'sleep 1000'; do
  echo "$how" >"$top/end"
  steps 01-steps 'flow_time 4' 'flow_retry 9'
  : >"$submission/lists/01-steps.tsv"
  key=${how//[!a-z0-9]/_}
  work 01-steps 0 steps "n=$key" "n=$key" - 1
  run_task 01-steps 0
  is "$status" 0 "$how: status"
  is "$(wc -l <"$run/work/steps/n=$key/o.txt")" 3 "$how: gone on"
done
end

begin killed
echo "trap 'echo written >deep/state/written; exit 1' TERM; touch '$top/started'; while :; do sleep 0.1; done" >"$top/end"
steps 01-steps
work 01-steps 0 steps n=1 n=1 - 1
start() {
  rm -f "$top/started"
  FLOW_TASK=0 bash "$submission/jobs/01-steps.sbatch" "$submission" 01-steps >>"$top/log" 2>&1 &
  pid=$!
  for ((try = 0; try < 6000; try++)); do [[ ! -e $top/started ]] || break; sleep 0.05; done
  there "$top/started"
}
start
kill -TERM "$pid"
wait "$pid"
is "$?" 143 'TERM: status'
is "$(cat "$run"/work/.checkpoint/steps/n=1/*/*/written)" written 'it had the time to write its state'
# Killed, its script lives on: it loses the folder to the next attempt.
start
script=$(pgrep -P "$pid" | head -n 1)
kill -KILL "$pid"
wait "$pid" 2>/dev/null
orphan=$(sed -n 2p "$run"/work/.checkpoint/steps/n=1/*/*/starts)
task 01-steps 0
is "$status" 0 'KILL: status'
is "$(wc -l <"$run/work/steps/n=1/o.txt")" 3 'KILL: gone on'
gone "$run/work/.tmp/$orphan/deep/state/starts"
# The watchman may have been first.
kill -KILL -- "-$script" 2>/dev/null
end
