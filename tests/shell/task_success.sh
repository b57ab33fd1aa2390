#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin success
mkdir -p "$project/data"
echo galaxies >"$project/data/galaxies.csv"
mkdir -p "$submission/code/scripts"
# shellcheck disable=SC2016 # $1 is the script's
echo 'echo "code $1"' >"$submission/code/scripts/run.sh"
echo 'helper' >"$submission/code/helper.txt"
job 01-classify <<'JOB'
flow_call classify
flow_item seed Int
flow_file catalog File data/galaxies.csv
flow_value model String 'k nn'
flow_values ks Int 1 2 3
flow_output stats File stats.csv
flow_output score Float score.txt
flow_output plots Dir plots
flow_uses scripts/run.sh helper.txt
flow_env THREADS 4
flow_success 0 3
flow_publish stats =stats/ +1 =.csv
flow_script bash <<'FLOW'
echo "seed $seed model $model ks ${ks[*]} threads $THREADS"
bash scripts/run.sh "$seed" >"$stats"
cat helper.txt "$catalog" >>"$stats"
mkdir "$plots"; echo p >"$plots/p"
echo 0.5 >"$score"
env | grep -E '^(flow|shard|read|FLOW)_' | sort
[[ -z ${FLOW_TASK-} && $(type -t flow_task) == '' ]]
exit 3
FLOW
JOB
stats=$(stat -c %s:%Y "$project/data/galaxies.csv")
work 01-classify 0 classify seed=7 catalog=abc "$stats" 7
work 01-classify 1 classify seed=8 catalog=abc "$stats" 8
task 01-classify 0
is "$status" 0 status
place=$run/work/classify/seed=7
is "$(cat "$place/stats.csv")" $'code 7\nhelper\ngalaxies' stats
is "$(last classify seed=7 1)" 'done' status
is "$(last classify seed=7 11)" 3 exit
is "$(last classify seed=7 12)" 'stats:stats.csv=23,score:score.txt=4,plots:plots=-' outputs
is "$(last classify seed=7 13)" 'score=0.5' values
is "$(last classify seed=7 4)" "$version" version
cmp -s "$place/.flow" "$run"/state/journal/0001.01-classify.0.0.*.tsv || fail "the journal is no copy of the record"
gone "$place/helper.txt"
gone "$place/scripts"
gone "$run/work/classify/seed=8"
is "$(cat "$run/results/stats/7.csv")" $'code 7\nhelper\ngalaxies' published
logged '::flow begin classify seed=7 0001.01-classify.0.0.'
logged '::flow end classify seed=7 done 0001.01-classify.0.0.'
logged 'seed 7 model k nn ks 1 2 3 threads 4'
nothing_left
# By hand, again.
rm "$place/stats.csv" && rm -r "$place/plots"
(cd "$place" && bash .command.sh >/dev/null)
is "$(cat "$place/stats.csv")" $'code 7\nhelper\ngalaxies' repeated

# A second task leaves what is there, repairs what is published, and copies the record.
rm "$run/results/stats/7.csv" "$run"/state/journal/*.tsv
task 01-classify 0
is "$status" 0 'status of the second'
is "$(last classify seed=7 1)" 'done' 'second record'
there "$run/results/stats/7.csv"
nothing_left

# A task with nothing to do.
task 01-classify 9
is "$status" 0 'status of an empty task'
end
