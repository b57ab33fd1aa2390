#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin gate
job 01-make <<'JOB'
flow_call make
flow_item n Int
flow_output part File part.txt
flow_output size Int size.txt
flow_script bash <<'FLOW'
((n != 13)) || exit 1
echo "part $n" >"$part"
echo "$n" >"$size"
FLOW
JOB
job 02-use <<'JOB'
flow_call use
flow_result part File make part
flow_result size Int make size
flow_output out File out.txt
flow_script bash <<'FLOW'
{ cat "$part"; echo $((size * 2)); } >"$out"
FLOW
JOB
job 03-after <<'JOB'
flow_call after
flow_result out File use out
flow_output copy File copy.txt
flow_script bash <<'FLOW'
cp "$out" "$copy"
FLOW
JOB
printf 'call\tmake\tmake\t%s\t-\t01-make\ncall\tuse\tuse\t%s\t-\t02-use\n' "$version" "$version" >"$submission/plan.tsv"
for n in 5 13 14 15; do
  work 01-make "$n" make "n=$n" "n=$n" - "$n"
  id=$(id_of "n=$n")
  work 02-use "$n" use "n=$n" "part=$id,size=$id" - "n=$n" "n=$n"
  work 03-after "$n" after "n=$n" "out=$(id_of "part=$id,size=$id")" - "n=$n"
done
task 01-make 5
task 02-use 5
is "$status" 0 'a chain: status'
is "$(cat "$run/work/use/n=5/out.txt")" $'part 5\n10' 'a chain: result'

# A failure, and what it blocks, one step after the other. FLOW_WAIT is not waited for: a record says why.
FLOW_WAIT=30
task 01-make 13
export SLEPT=$top/slept
task 02-use 13
is "$status" 1 'blocked: status'
is "$(last use n=13 1)" blocked 'blocked: record'
is "$(last use n=13 14)" 'make[n=13]' 'blocked: cause'
gone "$run/work/use/n=13"
task 03-after 13
is "$(last after n=13 14)" 'use[n=13]' 'blocked by what is blocked'
is "$(slept)" 0 'a recorded failure was waited for'
logged 'blocked by make[n=13]: failed (exit)'
nothing_left

# Not there at all: waited for, once a task.
FLOW_WAIT=2
work 02-use 50 use a=1 part=x,size=x - n=90 n=90
work 02-use 50 use a=2 part=x,size=x - n=91 n=91
task 02-use 50
is "$(slept)" 2 'seconds that it waited'
unset SLEPT
is "$(last use a=2 14)" 'make[n=91]' 'absent: cause'
# It comes while it is waited for.
FLOW_WAIT=300
(sleep 1.5; FLOW_TASK=14 bash "$submission/jobs/01-make.sbatch" "$submission" 01-make >/dev/null) &
task 02-use 14
is "$status" 0 'late, but there'
wait
FLOW_WAIT=0

# A file of another size than its record says.
task 01-make 15
echo more >>"$run/work/make/n=15/part.txt"
task 02-use 15
is "$(last use n=15 1)" blocked 'damaged: blocked'
is "$(last make n=15 1)" lost 'damaged: the producer is lost'
is "$(last make n=15 6)" "$(id_of n=15)" 'damaged: its id'
# The producer sees it, too, and makes it again.
task 01-make 15
is "$(cat "$run/work/make/n=15/part.txt")" 'part 15' 'made again'
is "$(last make n=15 1)" 'done' 'made again: record'
task 02-use 15
is "$status" 0 'after the repair'

# Another id than was expected: made from something else.
work 02-use 60 use n=60 part=0000,size=0000 - n=5 n=5
task 02-use 60
is "$(last use n=60 14)" 'make[n=5]' 'other id'
nothing_left
end
