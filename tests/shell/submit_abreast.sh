#!/usr/bin/env bash
# Tasks side by side in one array element: their shards, logs and records are those of tasks; the queue knows elements.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
slurm_cluster --nodes 3 --cpus 4

# side_by_side JOB N: what the compiler declares for it.
side_by_side() {
  printf 'abreast\t%s\t%s\n' "$1" "$2" >>"$out/plan.tsv"
  sed -i "s|^source .*|&\n\nflow_abreast $2|; s|^#SBATCH --time.*|&\n#SBATCH --cpus-per-task=$2|" "$out/jobs/$1.sbatch"
}

annz 10 2
side_by_side 01-classify 4
# shellcheck disable=SC2016 # for the job
sed -i 's|^echo "classify|echo "$SLURM_CPUS_PER_TASK" >>"$FLOW_CPUS"\n&|' "$out/jobs/01-classify.sbatch"
export FLOW_CPUS=$base/cpus
echo 7 >"$base/fail"
says 0 ./out/submit.sh
has 'Submitted 3 tasks in 2 jobs'
drained
same "$(ran classify)" 10 'every shard ran once'
same "$(sort -u "$base/cpus")" 1 'a task is told of its own processor'
same "$(cd "$run/logs" && echo 0001.01-classify.?.log)" "$(echo 0001.01-classify.{0,1,2,3,4,5,6,7}.log)" 'a log a task'
says 0 ./out/submit.sh --log 'classify[seed=7]'
has 'seed 7 does not converge'
says 1 ./out/submit.sh --status
has 'classify: 1 failed (exit status 3): seed=7'
ok 'five tasks in two elements'

# What is left is packed densely again; what is held while it runs is known by tasks.
rm -- "$base/fail"
annz 17
side_by_side 01-classify 4
echo 600 >"$base/slow"
says 0 ./out/submit.sh
has 'Submitted 3 tasks in 2 jobs'
until (($(ran classify) == 18)); do sleep 0.2; done
annz 20
side_by_side 01-classify 4
says 3 ./out/submit.sh --status
grep -qE '^classify +9 +8 ' "$base/said" || not_ok 'eight run'
rm -- "$base/slow"
says 0 ./out/submit.sh --add
has 'Submitted 1 task in 1 job'
ok '--add holds apart what two submissions have'

# A signal to the element ends its tasks, in order; nothing of them is left behind, and they go on from the records.
until (($(ran classify) == 21)); do sleep 0.2; done
says 0 ./out/submit.sh --cancel
drained
until [[ -z $(ls -A "$run/work/.tmp") ]]; do sleep 0.2; done
! grep -q '^failed' "$run"/state/journal/0002.01-classify.* 2>/dev/null || not_ok 'a task that was cancelled failed'
says 0 ./out/submit.sh
drained
says 0 ./out/submit.sh
has 'Nothing to do'
same "$(cat "$run/results/summary.csv")" 20 'all are there'
ok 'cancelled, and gone on'

# A chain of jobs of equal width goes element by element.
rm -rf -- "$out"
chain 2 3
side_by_side 01-train 2
side_by_side 02-score 2
says 0 ./out/submit.sh
drained
grep -q '^aftercorr:01-train' <(cut -f4 "$run/state/submissions/0001/arrays.tsv") || not_ok 'not element by element'
same "$(ran train) $(ran score) $(ran best)" '6 6 2'
same "$(cat "$run/results/best/m2.txt")" 23
ok 'element by element'
