#!/usr/bin/env bash
# Causes of failures, retries that look at them, and the walltime of a task.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin causes
job 01-picky <<JOB
flow_oom_file='$top/memory.events'
flow_call picky
flow_item n Int
flow_output o File o.txt
flow_retry 2 memory missing-output
flow_script bash <<'FLOW'
echo try >>"$top/tries.\$n"
case \$n in
  1) exit 9 ;;
  2) printf 'low 0\noom_kill %s\n' "\$(wc -l <"$top/tries.2")" >'$top/memory.events'; exit 1 ;;
  3) ;;
  4) ((\$(wc -l <'$top/tries.4') > 2)) || exit 0; touch "\$o" ;;
esac
FLOW
JOB
printf 'low 0\noom_kill 0\n' >"$top/memory.events"
for n in 1 2 3 4; do work 01-picky 0 picky "n=$n" "n=$n" - "$n"; done
task 01-picky 0
is "$status" 0 'causes: status'
is "$(wc -l <"$top/tries.1")" 1 'an exit status is no cause to try again'
is "$(last picky n=1 14)" 'exit' 'cause 1'
is "$(wc -l <"$top/tries.2")" 3 'memory is'
is "$(last picky n=2 14)" memory 'cause 2'
logged 'out of memory'
is "$(wc -l <"$top/tries.3")" 3 'a missing output is'
is "$(last picky n=3 14)" missing-output:o 'cause 3'
is "$(last picky n=4 1)" 'done' 'the third try'
is "$(last picky n=4 8)" 3 'the number of the third try'
nothing_left

# What cannot end is not begun: 30 of 40 s do not fit behind the first shard, whatever that one costs.
job 02-long <<'JOB'
flow_walltime 20
flow_call long
flow_item n Int
flow_output o File o.txt
flow_cost 30
flow_script bash <<'FLOW'
touch "$o"
FLOW
JOB
for n in 1 2 3; do work 02-long 0 long "n=$n" "n=$n" - "$n"; done
task 02-long 0
is "$status" 0 'no time: status'
is "$(last long n=1 1)" 'done' 'the first is begun in any case'
is "$(last long n=2 1)" pending 'the second stays pending'
is "$(last long n=3 14)" 'no time was left' 'and the record says why'
logged '2 shards stay pending: no time was left'

# A signal at the end of the walltime: the shard that runs and those behind it stay pending, with the reason.
job 03-stopped <<JOB
flow_walltime 1
flow_call stopped
flow_item n Int
flow_output o File o.txt
flow_script bash <<'FLOW'
touch "\$o"
((n == 1)) || { touch '$top/runs'; sleep 600; }
FLOW
JOB
stop() { # INDEX SIGNAL: the task, and the signal when its script has begun
  local i
  rm -f "$top/runs"
  FLOW_TASK=$1 bash "$submission/jobs/03-stopped.sbatch" "$submission" 03-stopped >>"$top/log" 2>&1 &
  for ((i = 0; i < 3000; i++)); do [[ ! -e $top/runs ]] || break; sleep 0.1; done
  sleep 1
  kill "-$2" "$!"
  wait "$!"
  status=$?
}
for n in 1 2 3; do work 03-stopped 0 stopped "n=$n" "n=$n" - "$n"; done
stop 0 TERM
is "$status" 143 'stopped: status'
is "$(last stopped n=1 1)" 'done' 'stopped: what was done'
is "$(last stopped n=2 1)" pending 'stopped: what ran'
is "$(last stopped n=2 14)" 'the time of its task was over' 'stopped: why'
is "$(last stopped n=3 1)" pending 'stopped: what was to come'
nothing_left

# The only one had all of the time: it has failed, and what it left can be looked at.
work 03-stopped 1 stopped n=5 n=5 - 5
work 03-stopped 1 stopped n=6 n=6 - 6
stop 1 TERM
is "$(last stopped n=5 1)" failed 'alone: failed'
is "$(last stopped n=5 14)" timeout 'alone: cause'
there "$run/work/.failed/stopped/n=5/o.txt"
is "$(last stopped n=6 1)" pending 'alone: the next'

# Any other signal says nothing of shards: they are as if never begun.
sed -i 's/^flow_walltime 1$/flow_walltime 9999/' "$submission/jobs/03-stopped.sbatch"
work 03-stopped 2 stopped n=7 n=7 - 7
stop 2 TERM
is "$(last stopped n=7 1)" '' 'a signal in the middle'
nothing_left
end
