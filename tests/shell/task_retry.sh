#!/usr/bin/env bash
# Tries in place, and time limits.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin retry
job 01-flaky <<'JOB'
flow_call flaky
flow_item good Int
flow_value counter String COUNTER
flow_output o File o.txt
flow_retry 2
flow_script bash <<'FLOW'
[[ ! -e "$o" ]]
echo try >>"$counter"
echo "$(wc -l <"$counter")" >"$o"
(($(wc -l <"$counter") >= good))
FLOW
JOB
sed -i "s|COUNTER|'$top/counter'|" "$submission/jobs/01-flaky.sbatch"
work 01-flaky 0 flaky good=3 good=3 - 3
work 01-flaky 1 flaky good=4 good=4 - 4
task 01-flaky 0
is "$status" 0 'third try: status'
is "$(last flaky good=3 8)" 3 'third try: number'
is "$(cat "$run/work/flaky/good=3/o.txt")" 3 'third try: result'
is "$(grep -c '^failed' "$run"/state/journal/0001.01-flaky.0.*)" 2 'failed tries'
rm "$top/counter"
task 01-flaky 1
is "$status" 1 'no fourth try: status'
is "$(wc -l <"$top/counter")" 3 'three tries'
is "$(last flaky good=4 1)" failed 'no fourth try'
there "$run/work/.failed/flaky/good=4/o.txt"

# Two that sleep as long as nothing else on this machine, and two with more time than a busy machine needs.
job 02-slow <<JOB
flow_call slow
flow_item n Int
flow_output o File o.txt
flow_time 1
flow_script bash <<'FLOW'
touch "\$o"
sleep 600.$$ & sleep 600.0$$
FLOW

flow_call quick
flow_item n Int
flow_output o File o.txt
flow_time 600
flow_script bash <<'FLOW'
touch "\$o"
if ((n == 2)); then exit 124; fi
FLOW
JOB
work 02-slow 0 slow n=1 n=1 - 1
work 02-slow 0 quick n=2 n=2 - 2
work 02-slow 0 quick n=3 n=3 - 3
SECONDS=0
task 02-slow 0
((SECONDS < 500)) || fail 'the limit did not end it'
is "$(last slow n=1 14)" timeout 'limit: cause'
is "$(last slow n=1 11)" 124 'limit: exit'
is "$(last quick n=2 14)" exit 'an exit of 124 is no limit'
is "$(last quick n=3 1)" 'done' 'the next one'
pgrep -fx "sleep 600[.]0?$$" >/dev/null && fail 'a child lives on'
nothing_left
end
