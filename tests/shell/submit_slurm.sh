#!/usr/bin/env bash
# submit.sh on a real SLURM: submissions, what they leave out, and what they refuse.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
# shellcheck disable=SC2119
slurm_cluster
wrapped sbatch
wrapped squeue

annz 100
# What the user has set for other jobs must not matter.
export SBATCH_TIMELIMIT=0:01 SBATCH_PARTITION=none SBATCH_ARRAY_INX=5 SLURM_JOB_NAME=other SQUEUE_FORMAT=%j
echo 1 >"$base/slow"
says 0 ./out/submit.sh
has 'Submitted 101 tasks in 2 jobs (submission 0001)'
same "$(calls sbatch)" 2
same "$(calls squeue)" 3 'the queue is asked before, before the release, and behind it'
grep -q -- '--hold' "$base/calls.sbatch" || not_ok 'roots are held'
ok 'submitted, whatever SBATCH_* say'

says 1 ./out/submit.sh
has "Submission 0001 of $(id -un) is still queued or running: jobs"
says 1 ./out/submit.sh --local
has 'is still queued or running'
says 3 ./out/submit.sh --status
has 'submission 0001 is queued or running'
same "$(calls sbatch)" 2
rm -- "$base/slow"
ok 'a submission that is queued is not submitted twice'

drained
says 0 ./out/submit.sh --status
same "$(ran classify)" 100
same "$(cat "$run/results/summary.csv")" 100
grep -qx "submission"$'\t'"0001.*" < <(./out/submit.sh --status --tsv) || not_ok 'tsv'
says 0 ./out/submit.sh
has 'Nothing to do: all shards are done.'
same "$(calls sbatch)" 2
ok 'nothing to do: no calls'

rm -- "$run/results/summary.csv"
says 0 ./out/submit.sh
same "$(cat "$run/results/summary.csv")" 100
ok 'a published file that was removed is there again'

annz 120
says 0 ./out/submit.sh --dry-run
has 'classify: 100 of 120 done, 20 would run'
has 'stats: 20 of 120 shards are new'
says 0 ./out/submit.sh
has 'Submitted 21 tasks in 2 jobs'
drained
same "$(ran classify)" 120
same "$(ran summarise)" 2
same "$(cat "$run/results/summary.csv")" 120
ok '20 more seeds: 20 and the summary'

echo 'new' >>data/galaxies.csv
says 3 ./out/submit.sh --status --why
has 'classify: 120: catalog changed'
says 0 ./out/submit.sh
drained
same "$(ran classify)" 240
same "$(ran summarise)" 3
ok 'another catalogue: everything'

# A seed fails: the summary is blocked, and the rest stays.
printf '5\n' >"$base/fail"
sed -i 's/^call\tclassify\tclassify\t1/call\tclassify\tclassify\t9/' out/plan.tsv
says 0 ./out/submit.sh -- --nice=5
drained
says 1 ./out/submit.sh --status
has 'classify: 1 failed (exit status 3): seed=5'
has 'seed 5 does not converge'
has "./out/submit.sh --log 'classify[seed=5]'"
has 'summarise: 1 blocked by classify[seed=5]'
says 0 ./out/submit.sh --log 'classify[seed=5]'
has 'seed 5 does not converge'
rm -- "$base/fail"
before=$(ran classify)
says 0 ./out/submit.sh
has 'Submitted 2 tasks in 2 jobs'
drained
same "$(ran classify)" "$((before + 1))"
says 0 ./out/submit.sh --status
ok 'a failed seed runs again, alone'

# Half of it is cancelled.
sed -i 's/^call\tclassify\tclassify\t9/call\tclassify\tclassify\t8/' out/plan.tsv
sed -i "s|^if grep|while ((seed >= 80)) \&\& [[ -e '${base//\'/}/hold' ]]; do sleep 0.2; done\n&|" out/jobs/01-classify.sbatch
: >"$base/hold"
says 0 ./out/submit.sh
# The last forty run, and what waits for them.
until [[ $(squeue --noheader --array | wc -l) == 41 && $(squeue --noheader --array --states=RUNNING | wc -l) == 40 ]]; do sleep 0.2; done
says 0 ./out/submit.sh --cancel
has 'cancelled jobs'
drained
says 3 ./out/submit.sh --status
rm -- "$base/hold"
same "$(awk '$1 == "classify" { print $2 }' "$base/said")" 80 'done half-way'
says 0 ./out/submit.sh
has "Submitted 41 tasks"
drained
says 0 ./out/submit.sh --status
ok 'cancelled half-way, and resumed'

# A node goes down while it runs.
sed -i 's/^call\tclassify\tclassify\t8/call\tclassify\tclassify\t7/' out/plan.tsv
echo 2 >"$base/slow"
says 0 ./out/submit.sh
until squeue --noheader --states=running --format=%N | grep -q n1; do sleep 0.2; done
"$repository/tests/slurm/cluster" crash "$base/slurm" n1
sleep 1
"$repository/tests/slurm/cluster" up "$base/slurm" n1
rm -- "$base/slow"
drained
says 0 ./out/submit.sh
has 'Nothing to do'
ok 'a node went down'
