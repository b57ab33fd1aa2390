#!/usr/bin/env bash
# Ends of every kind: SIGTERM, kill -9, two attempts at once, results that are in the way.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin kill
job 01-slow <<'JOB'
flow_call slow
flow_item n Int
flow_value wait String WAIT
flow_output o File o.txt
flow_retry 2
flow_publish o =o/ +1
flow_script bash <<'FLOW'
echo partial >"$o"
case $n in
  2) trap 'echo "ended early" >"$o"; exit 0' TERM ;;
  3) trap 'exit 5' TERM ;;
  4) trap '' TERM ;;
esac
touch "$wait/started.$n"
(while [[ ! -e $wait/go ]]; do sleep 0.05; done; sleep SLEEP) &
while [[ ! -e $wait/go ]]; do sleep 0.05; done
echo whole >"$o"
FLOW
JOB
# As long as nothing else on this machine sleeps.
forever=600.$$
sed -i "s|WAIT|'$top'|; s|SLEEP|$forever|" "$submission/jobs/01-slow.sbatch"
for n in 1 2 3 4 5 6; do work 01-slow "$n" slow "n=$n" "n=$n" - "$n"; done
start() { # N: a task in the background, until its script runs
  FLOW_TASK=$1 bash "$submission/jobs/01-slow.sbatch" "$submission" 01-slow >>"$top/log" 2>&1 &
  pid=$!
  for ((try = 0; try < 6000; try++)); do [[ ! -e $top/started.$1 ]] || break; sleep 0.05; done
  there "$top/started.$1"
  rm "$top/started.$1"
}

# What a task runs: the watchman has the command line of it, and the script that of what it is forked from.
forkserver() { pgrep -P "$pid" -f forkserver; }
script() { pgrep -P "$(forkserver)"; }
watchman() { pgrep -P "$pid" -f 01-slow.sbatch; }

# SIGTERM to the task, as scancel does; then, as SLURM may, to the script first and a moment later to the task.
for n in 1 2 3 4; do
  start "$n"
  kill -TERM "$pid"
  wait "$pid"
  is "$?" 143 "TERM $n: status"
  is "$(last slow "n=$n" 1)" '' "TERM $n: no record"
  gone "$run/work/slow/n=$n"
  gone "$run/work/.failed/slow/n=$n"
  logged "::flow end slow n=$n pending"
done
nothing_left
start 3
pkill -TERM -g "$(script)" -x bash
sleep 0.1
kill -TERM "$pid"
wait "$pid"
is "$?" 143 'TERM after its child: status'
is "$(last slow n=3 1)" '' 'TERM after its child: no record'

# kill -9 of the task: the watchman ends its script, with all that this has started, though it has no time limit.
for n in 1 4; do
  start "$n"
  old=$(script)
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null
  for ((try = 0; try < 6000; try++)); do kill -0 -- "-$old" 2>/dev/null || break; sleep 0.05; done
  ! kill -0 -- "-$old" 2>/dev/null || fail "the script of a killed task goes on: n=$n"
done
rm -rf "$run/work/.tmp/"*

# kill -9 of the watchman: the task ends as ever, and has another one for its next shard.
start 2
kill -KILL "$(watchman)"
touch "$top/go"
wait "$pid"
is "$?" 0 'without its watchman: status'
is "$(last slow n=2 1)" 'done' 'without its watchman: done'
rm "$top/go"

# kill -9 of what it was forked from: the script is ended, and runs once more in a fork of another.
start 1
old=$(script)
kill -KILL "$(forkserver)"
for ((try = 0; try < 6000; try++)); do [[ ! -e $top/started.1 ]] || break; sleep 0.05; done
! kill -0 -- "-$old" 2>/dev/null || fail 'the script of a lost fork server goes on'
touch "$top/go"
wait "$pid"
is "$?" 0 'without its fork server: status'
is "$(last slow n=1 1) $(last slow n=1 8)" 'done 2' 'without its fork server: done'
rm "$top/go" "$top/started.1"

# kill -9 of watchman and task: the script lives on. The task is started again beside it; the first whole result wins.
start 5
old=$(script)
kill -KILL "$(watchman)"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
kill -0 "$old" || fail 'the child should live'
SLURM_RESTART_COUNT=1 start 5
first=$pid
SLURM_RESTART_COUNT=2 start 5
second=$pid
is "$(find "$run/work/.tmp" -mindepth 1 -maxdepth 1 | wc -l)" 3 'three attempts at once'
touch "$top/go"
wait "$first" || fail 'first of two'
wait "$second" || fail 'second of two'
is "$(cat "$run/work/slow/n=5/o.txt")" whole 'two at once: result'
is "$(cut -f 15 "$run"/state/journal/*.5.[12].*.tsv | sort -u | wc -l)" 1 'both recorded the one that won'
logged 'another attempt was first'
is "$(cat "$run/results/o/5")" whole 'two at once: published'
kill -KILL -- "-$old" 2>/dev/null
rm -rf "$run/work/.tmp/"*
pgrep -fx "sleep $forever" >/dev/null && fail 'a child lives on'

# What is in the way: an older result, a later one, something that is no result.
put() { # SUBMISSION VERSION: a result in the place of n=6
  rm -rf "$run/work/slow/n=6"
  mkdir -p "$run/work/slow/n=6"
  echo "$1" >"$run/work/slow/n=6/old"
  printf 'done\tslow\tn=6\t%s\tn=6\tid\t%s\t1\t1\t2\t0\to:old=5\t-\t-\told-attempt\tnode\t-\t.\n' "$2" "$1" >"$run/work/slow/n=6/.flow"
}
task_6() { rm -f "$run"/state/journal/*.tsv; task 01-slow 6; }
put 0000 1111
task_6
is "$(cat "$run/work/slow/n=6/o.txt")" whole 'older: replaced'
gone "$run/work/slow/n=6/old"
is "$(cut -f 1 "$run"/state/journal/*.tsv | paste -sd ' ')" 'begin done' 'older: begin goes first'
is "$(cat "$run/results/o/6")" whole 'older: published'
put 0002 1111
task_6
is "$status" 0 'later: status'
is "$(cat "$run/work/slow/n=6/old")" 0002 'later: stays'
put 0001 1111
rm "$run/work/slow/n=6/.flow"
task_6
is "$(cat "$run/work/slow/n=6/o.txt")" whole 'no result: replaced'
is "$(cat "$run"/work/.aside/*/old)" 0001 'no result: kept aside'
nothing_left
end
