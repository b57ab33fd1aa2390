#!/usr/bin/env bash
# Dependencies on a real SLURM: element by element, arrays in two pieces, and what a failure leaves.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
# shellcheck disable=SC2119
slurm_cluster
wrapped sbatch

chain 3 8 2
echo 'm2 3' >"$base/fail"
says 0 ./out/submit.sh
grep -q -- '--dependency=aftercorr:.* --kill-on-invalid-dep=yes' "$base/calls.sbatch" || not_ok 'aftercorr'
drained
says 1 ./out/submit.sh --status
has 'train: 1 failed (exit status 1): model=m2/seed=3'
has 'score: 1 blocked by train[model=m2/seed=3]'
has 'best: 1 blocked by'
same "$(ran score)" 23 'the pack-mate of the failed shard went on'
same "$(ran best)" 2
ok 'a failure blocks only what reads it'

rm -- "$base/fail" "$base/calls.sbatch"
rm -r -- "$run/work/score/model=m1/seed=1"
says 0 ./out/submit.sh
same "$(calls sbatch)" 4 'score in two arrays'
drained
says 0 ./out/submit.sh --status
same "$(cat "$run/results/best/m2.txt")" 28
ok 'resumed: an array that follows element by element, and one that need not wait'

# All of an element fails: SLURM cancels its counterpart; nothing waits for ever.
rm -rf -- "$run" "$base/ran"
chain 2 4
echo 'm1 2' >"$base/fail"
says 0 ./out/submit.sh
drained
says 1 ./out/submit.sh --status
has 'score: 1 blocked by train[model=m1/seed=2]: model=m1/seed=2'
same "$(ran best)" 1
rm -- "$base/fail"
says 0 ./out/submit.sh
drained
says 0 ./out/submit.sh
has 'Nothing to do'
same "$(ran train)" 9
ok 'an element that failed'

sed -i '1a site\tdependency\tany' out/plan.tsv
sed -i 's/aaaaaaaaaaaaaaaa/eeeeeeeeeeeeeeee/' out/plan.tsv
rm -- "$base/calls.sbatch"
says 0 ./out/submit.sh
! grep -q aftercorr "$base/calls.sbatch" || not_ok 'the site wants afterany'
drained
says 0 ./out/submit.sh --status
ok 'a site that wants afterany'
