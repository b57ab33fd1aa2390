#!/usr/bin/env bash
# submit.sh without SLURM: what it decides, runs, shows and refuses.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh

annz 12
says 0 ./out/submit.sh --dry-run
has 'classify: 0 of 12 done, 12 would run'
has 'job 02-summarise: 1 task, afterany:01-classify'
[[ ! -e $run ]] || not_ok 'a dry run made run/'
ok 'a dry run changes nothing'

says 0 ./out/submit.sh --only 'classify[seed=3]' --local
same "$(ran classify)" 1
says 0 ./out/submit.sh --first 4 --local
same "$(ran classify)" 4
same "$(ran summarise)" 0
says 1 ./out/submit.sh --only 'classify[seed=99]' --dry-run
has 'there is no such shard'
says 2 ./out/submit.sh --only 'classify;id' --dry-run
says 2 ./out/submit.sh -- --account=astro --wait
has 'ask --status instead'
says 2 ./out/submit.sh -- --test-only
has 'use --dry-run'
ok 'chosen shards'

says 0 ./out/submit.sh --local -j 3
has 'summary.csv'
same "$(ran classify)" 12
same "$(cat "$run/results/summary.csv")" 12
says 0 ./out/submit.sh --local
has 'Nothing to do: all shards are done.'
same "$(head -2 "$run/index/classify.tsv" | tail -1)" $'0\tdone\tclassify/seed=0'
ok 'all of it, and then nothing'

# The directory is the truth.
rm -rf -- "$run/state/records" "$run/state/journal"
says 0 ./out/submit.sh --local
has 'Nothing to do'
same "$(wc -l <"$run/state/records/classify.tsv")" 12
rm -r -- "$run/work/classify/seed=3"
says 3 ./out/submit.sh --status --why
has 'classify: 1: its directory is gone'
says 0 ./out/submit.sh --local
same "$(ran classify)" 13
same "$(ran summarise)" 1 'made again from the same: what was made from it stays'
printf 'done\tclassify\tseed=5\tx\ty' >"$run/state/journal/0009.01-classify.0.0.h.1.tsv"
printf 'done\t../../x\tseed=5\tx\ty\tz\t9\t1\t0\t0\t0\t-\t-\t-\t-\t-\t-\t.\n' >"$run/state/journal/0009.01-classify.1.0.h.1.tsv"
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'records: lost, gone, torn, foreign'

rm -- "$run/results/summary.csv"
says 0 ./out/submit.sh --local
[[ -f $run/results/summary.csv ]] || not_ok 'not repaired'
sed -i 's/=summary.csv/=total.csv/' out/plan.tsv out/jobs/02-summarise.sbatch
says 0 ./out/submit.sh --local
same "$(ls "$run/results")" total.csv
ok 'published names follow the program'

sed -i 's/^call\tclassify\tclassify\t1/call\tclassify\tclassify\t9/' out/plan.tsv
says 3 ./out/submit.sh --status --why
has 'classify: 12: version changed'
has 'stats: 12 of 12 shards are new'
says 0 ./out/submit.sh --accept classify
has '12 shards now count as up to date'
says 0 ./out/submit.sh --status
before=$(ran classify)
rm -r -- "$run/state/records" "$run/state/journal"
says 0 ./out/submit.sh --local
has 'Nothing to do: all shards are done.'
rm -r -- "$run/work/classify/seed=4"
says 0 ./out/submit.sh --local
says 0 ./out/submit.sh --status
same "$(ran classify) $(ran summarise)" "$((before + 1)) 1" 'accepted, deleted, made again: the same'
same "$(cut -f6 "$run"/work/classify/*/.flow | sort -u | wc -l)" 1 'one id'
rm -- "$run/work/classify/seed=5/stats.csv"
printf 'lost%s\n' "$(cut -f2- "$run/work/classify/seed=5/.flow" | sed 's/^/\t/')" >"$run/state/journal/0001.x.tsv"
says 0 ./out/submit.sh --local
same "$(ran classify) $(ran summarise)" "$((before + 2)) 1" 'accepted, lost, made again: the same'
ok 'accepted'

annz 8
sed -i 's/^call\tclassify\tclassify\t1/call\tclassify\tclassify\t9/' out/plan.tsv
says 0 ./out/submit.sh --prune
has 'moved 4 folders'
says 3 ./out/submit.sh --status --why
has 'summarise: 1: stats: other shards than before'
ok 'pruned'

# Files.
mv -- data/galaxies.csv data/elsewhere
says 1 ./out/submit.sh --local
has 'missing'
has 'galaxies.csv'
mv -- data/elsewhere data/galaxies.csv
echo 'print()' >code.py
printf 'uses\tcode.py\t%s\n' "$(sha code.py)" >>out/plan.tsv
printf 'source\tglob\tdata/*.csv\t%s\n' "$(echo data/galaxies.csv | sha256sum | cut -c1-64)" >>out/plan.tsv
says 0 ./out/submit.sh --dry-run
echo 'print(1)' >code.py
: >data/more.csv
says 1 ./out/submit.sh --dry-run
has 'code.py'
has 'data/*.csv (what it matches)'
has 'flowc FILE -o out'
says 0 ./out/submit.sh --dry-run --as-compiled
rm -- data/more.csv
ok 'sources that changed are refused'

# run/ elsewhere.
rm -rf -- "$run" "$base/ran"
annz 3
says 0 env FLOW_RUN="$base/scratch" ./out/submit.sh --local
[[ -L $run && -f $base/scratch/results/summary.csv ]] || not_ok 'run is no link'
says 1 env FLOW_RUN="$base/other" ./out/submit.sh --local
has 'unset FLOW_RUN'
says 0 ./out/submit.sh --local
ok 'FLOW_RUN'

# A chain with a partial gather.
rm -rf -- "$run" "$base/scratch" "$base/ran"
chain 3 4 2
echo 'm2 3' >"$base/fail"
says 0 ./out/submit.sh --dry-run
has 'job 02-score: 6 tasks, aftercorr:01-train:0-5'
says 1 ./out/submit.sh --local -j 3
has "./out/submit.sh --log 'train[model=m2/seed=3]'"
has 'best: 1 blocked by'
same "$(ran best)" 2
same "$(cat "$run/results/best/m3.txt")" 34
rm -- "$base/fail"
# Another score alone is missing: it does not wait for the train that runs again.
rm -r -- "$run/work/score/model=m1/seed=1"
says 0 ./out/submit.sh --dry-run
has 'job 01-train: 1 task'
has 'job 02-score: 1 task, aftercorr:01-train:0-0'
has $'job 02-score: 1 task\njob' || true
grep -qx 'job 02-score: 1 task' "$base/said" || not_ok 'an array of its own'
says 0 ./out/submit.sh --local --progress
has $'progress\tbest\t1\t0\t1'
same "$(cat "$run/results/best/m2.txt")" 24
same "$(ran train)" 13
chain 4 4 2
says 0 ./out/submit.sh --dry-run
has 'best: 3 of 4 done, 1 would run'
ok 'a chain with a partial gather'

# Values are only values.
rm -rf -- "$run" "$base/ran"
chain 1 2
# shellcheck disable=SC2016
printf '%%24(touch%%20owned)\ta[$(touch owned)]\t5\n' >"$out/shards/models.tsv"
says 0 ./out/submit.sh --local
says 0 ./out/submit.sh --status
[[ -z $(find "$project" -name owned) ]] || not_ok 'a value was run'
same "$(ran train)" 2
ok 'values are only values'

# A disk that is full when journals become records: it says so, and nothing is forgotten.
rm -rf -- "$run" "$base/ran"
annz 3
says 0 ./out/submit.sh --local
cp -- "$run"/state/journal/old/*01-classify.0.* "$run/state/journal/"
mkdir -- "$base/full"
# shellcheck disable=SC2016 # for the wrapper
printf '#!/usr/bin/env bash\n[[ "$*" != *compact.awk* ]] || exit 2\nexec %q "$@"\n' "$(command -v awk)" >"$base/full/awk"
chmod +x "$base/full/awk"
says 1 env PATH="$base/full:$PATH" ./out/submit.sh --local
has 'cannot be written'
[[ -n $(find "$run/state/journal" -maxdepth 1 -name '*.tsv') ]] || not_ok 'the journals were put away'
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'a full disk while journals become records'

mkdir -- "$base/line"$'\n'"break"
cp -R -- "$out" "$base/line"$'\n'"break/out"
says 1 "$base/line"$'\n'"break/out/submit.sh" --dry-run
has 'has a line break in it'
ok 'a path with a line break is refused'

# A copy of out/ alone.
mkdir -p -- "$base/elsewhere"
cp -R -- "$out" "$base/elsewhere/"
rm -rf -- "$base/elsewhere/out/run"
sed -i '1s/[.][.]$/..\/gone/' "$base/elsewhere/out/plan.tsv"
says 1 "$base/elsewhere/out/submit.sh" --dry-run
same "$(cat "$base/said")" "submit.sh: the program's folder, $base/elsewhere/out/../gone, cannot be entered: put $base/elsewhere/out back to where it was, or compile the program again"
rm -rf -- "$base/elsewhere/out/lib"
says 1 "$base/elsewhere/out/submit.sh" --status
same "$(cat "$base/said")" "submit.sh: $base/elsewhere/out/lib is missing, or not all there: compile again"
rm -- "$out/plan.tsv"
says 1 ./out/submit.sh --status
same "$(cat "$base/said")" "submit.sh: $out/plan.tsv is missing: compile again"
ok 'a copy without the program, its lib/ or its plan says what to do'
