#!/usr/bin/env bash
# Rungs: what is on their lists, who freezes them, how their tasks end.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

# rungs: a job of one call, with two rungs; the script fails as the file fail.N says: with that status, as often as it is long.
begin rungs
script() {
  cat <<JOB
flow_item n Int
flow_output o File o.txt
flow_script bash <<'FLOW'
echo "\$n" >>'$top/ran'
if [[ -s '$top/fail.'\$n ]]; then
  read -r how <'$top/fail.'\$n
  sed -i 1d '$top/fail.'\$n
  [[ \$how == none ]] && exit
  exit "\$how"
fi
touch "\$o"
FLOW
JOB
}
{ printf 'flow_rungs 2\nflow_call a\n'; script; } | job 01-a
{ printf 'flow_rung 01-a 1\nflow_rungs 1\nflow_call a\nflow_raise exit\n'; script; } | job 01-a.rung1
{ printf 'flow_rung 01-a 2\nflow_call a\nflow_raise exit\n'; script; } | job 01-a.rung2
rm "$submission"/lists/01-a.rung*
printf '01-a\t0\t4\t-\n01-a.rung1\t0\t1\tafternotok:01-a\n01-a.rung2\t0\t1\tafternotok:01-a,afternotok:01-a.rung1\n' >"$submission/arrays.tsv"
for n in 0 1 2 3 4 5 6 7 8 9; do work 01-a "$((n / 2))" a "n=$n" "n=$n" - "$n"; done
echo 3 >"$top/fail.1"
printf '3\n4\n' >"$top/fail.4"
echo none >"$top/fail.6"
printf '3\n3\n3\n3\n' >"$top/fail.9"
task 01-a 0; is "$status" 1 'one of two failed: there is something for a rung'
task 01-a 1; is "$status" 0 'all done: nothing for a rung'
for t in 2 3; do task 01-a "$t"; done
# Task 4 is killed in its first shard: 8 died, 9 was not reached.
printf '::flow begin a n=8 0001.01-a.4.0.host.1.1\nslurmstepd: error: StepId=1.batch exceeded memory limit (2 > 1), being killed\n' \
  >"$run/logs/0001.01-a.4.log"
task 01-a.rung1 1
list=$submission/lists/01-a.rung1.tsv
is "$(cut -f1,3 "$list" | tr '\t\n' ': ')" '0:n=1 0:n=9 1:n=4 ' 'failed with the cause, or not reached; every second item'
is "$(last a n=8 14)" memory 'how the dead one died'
is "$(last a n=6 14)" missing-output:o 'another cause is left alone'
is "$(last a n=4 8)" 2 'the number of the attempt goes on'
is "$status" 1 'a rung with something left'
before=$(<"$list")
task 01-a.rung1 0
is "$(<"$list")" "$before" 'the list is frozen'
is "$status" 1 'n=9 fails again'
is "$(last a n=1 1)" 'done' 'n=1 is mended'
# Requeued, it does the same again: what is done stays.
ran=$(wc -l <"$top/ran")
SLURM_RESTART_COUNT=1 task 01-a.rung1 0
is "$(wc -l <"$top/ran")" "$((ran + 1))" 'requeued: only what is not done'
task 01-a.rung2 0
task 01-a.rung2 1
is "$(cut -f1,3 "$submission/lists/01-a.rung2.tsv" | tr '\t\n' ': ')" '0:n=4 1:n=9 ' 'the second rung'
is "$(last a n=4 1)" 'done' 'mended on the second rung'
is "$(last a n=4 8)" 3 'its number'
is "$(last a n=9 1)" failed 'failed for good'
nothing_left
is "$(find "$submission/lists" -name '*.deaths.*' -o -name '*.tsv.0001*' | wc -l)" 0 'nothing is left beside the lists'

# A chain in one item: what is blocked by a failure of the rung comes along, in its order.
chain() {
  cat <<JOB
flow_call b
$1
flow_item n Int
flow_output o File o.txt
flow_script bash <<'FLOW'
[[ -e '$top/well' ]] && touch "\$o"
FLOW
flow_call c
flow_result o File b o
flow_output p File p.txt
flow_script bash <<'FLOW'
cp "\$o" "\$p"
FLOW
JOB
}
{ echo 'flow_rungs 1'; chain ''; } | job 02-b
{ echo 'flow_rung 02-b 1'; chain flow_raise; } | job 02-b.rung1
rm "$submission/lists/02-b.rung1.tsv"
printf '02-b.rung1\t0\t2\tafternotok:02-b\n' >>"$submission/arrays.tsv"
printf 'call\tb\tb\t%s\tn:n\t02-b\n' "$version" >>"$submission/plan.tsv"
work 02-b 0 b n=1 - - 1
work 02-b 0 c n=1 "o=$(id_of -)" - n=1
task 02-b 0
is "$(last c n=1 1)" blocked 'blocked in the element'
touch "$top/well"
task 02-b.rung1 0
is "$(last c n=1 1)" 'done' 'and made in the rung'
is "$(wc -l <"$submission/lists/02-b.rung1.tsv")" 2 'both lines'
end

# A chain that asks for more: rung 1 goes on with the job, rung 3 with rung 2; rungs 2 and 4 ask for more.
begin raised_links
link='flow_link timeout signal node killed missing-output'
raise='flow_raise exit memory'
{ printf 'flow_rungs 4 3\nflow_call a\n'; script; } | job 03-a
{ printf 'flow_rung 03-a 1\nflow_rungs 3 3\nflow_call a\n%s\n%s\n' "$link" "$raise"; script; } | job 03-a.rung1
{ printf 'flow_rung 03-a 2 2\nflow_rungs 2 1\nflow_call a\n%s\n' "$raise"; script; } | job 03-a.rung2
{ printf 'flow_rung 03-a 3 2\nflow_rungs 1 1\nflow_call a\n%s\n%s\n' "$link" "$raise"; script; } | job 03-a.rung3
{ printf 'flow_rung 03-a 4 4\nflow_call a\n%s\n' "$raise"; script; } | job 03-a.rung4
rm "$submission"/lists/03-a.rung*
printf '03-a.rung%s\t0\t%s\t-\n' 1 5 2 1 3 1 4 1 >"$submission/arrays.tsv"
for n in 0 1 2 3 4 5; do work 03-a "$n" a "n=$n" "n=$n" - "$n"; done
listed() { cut -f1,3 "$submission/lists/03-a.rung$1.tsv" | tr '\t\n' ': '; }
echo none >"$top/fail.1"
echo 3 >"$top/fail.2"
printf 'none\n3\nnone\n3\n' >"$top/fail.3"
printf 'none\nnone\nnone\n' >"$top/fail.4"
echo none >"$top/fail.5"
for t in 0 1 2 3 4 5; do task 03-a "$t"; done
for t in 0 1 2; do task 03-a.rung1 "$t"; done
is "$(listed 1)" '0:n=1 1:n=3 2:n=4 3:n=5 next:n=2 ' 'what was cut off; what failed is passed on'
task 03-a.rung1 4
is "$status" 1 'a task without work passes on, too'
# Task 3 dies of its memory: that is a failure which asks for more.
printf '::flow begin a n=5 0001.03-a.rung1.3.0.host.1.1\nslurmstepd: error: StepId=1.batch exceeded memory limit (2 > 1), being killed\n' \
  >"$run/logs/0001.03-a.rung1.3.log"
task 03-a.rung2 0
is "$status" 0 'all of its own is done'
is "$(listed 2)" '0:n=2 0:n=5 1:n=3 ' 'what failed, and not what was cut off in the last link'
is "$(last a n=5 8)" 3 'the death was an attempt'
task 03-a.rung2 1
is "$(last a n=3 14)" missing-output:o 'cut off with the raised request'
task 03-a.rung3 0
is "$(listed 3)" '0:n=3 ' 'only what has this request goes on with it'
is "$status" 1 'it failed again'
task 03-a.rung4 0
is "$(listed 4)" '0:n=3 ' 'raised once more'
is "$(last a n=3 1)/$(last a n=3 8)" done/5 'the fifth start'
is "$(last a n=4 8)" 2 'cut off twice, and left to the next submission'
nothing_left
is "$(find "$submission/lists" -name '*.deaths.*' -o -name '*.tsv.0001*' | wc -l)" 0 'nothing is left beside the lists'
end

# The same by mawk, which refuses a function that is not there.
if [[ ! ${WITH_MAWK-} ]] && mawk=$(type -P mawk); then
  bin=$(mktemp -d)
  ln -s -- "$mawk" "$bin/awk"
  WITH_MAWK=yes PATH=$bin:$PATH bash "${BASH_SOURCE[0]}" || exit
  rm -r -- "$bin"
fi
