#!/usr/bin/env bash
# Items that cost differently: tasks are balanced by cost, the longest first, and so is what a resume has left.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh

# The items of each task of a submission, in the order in which it runs them.
tasks() {
  cut -f1,3 "$run/state/submissions/$1/lists/01-classify.tsv" |
    awk -F '[\t=]' 'NR > 1 { printf "%s", $1 == at ? "," : " | " } { printf "%s", $3; at = $1 } END { print "" }'
}

annz 8 3
sed -i 's/^job\t01-classify.*/&\t10/' "$out/plan.tsv"
mkdir "$out/shards"
printf '%s\t%s\n' 5 9 1 7.5 7 4 2 3 0 2.5 3 2 6 1 4 1 >"$out/shards/01-classify.tsv"
says 0 ./out/submit.sh --local
same "$(tasks 0001)" '5,6 | 1,3,4 | 7,2,0' '30 s in three tasks of 10 s'
same "$(ran classify)" 8
ok 'the longest goes where there is least'

for seed in 1 2 3 7; do rm -rf -- "$run/work/classify/seed=$seed"; done
says 0 ./out/submit.sh --local
same "$(tasks 0002)" '1 | 7,2,3' '16.5 s left: two tasks'
ok 'what is pending is balanced anew'

rm -rf -- "$run"
sed -i 's/^job\t01-classify.*/job\t01-classify\tclassify\t1\t0\t3/' "$out/plan.tsv"
says 0 ./out/submit.sh --local
same "$(tasks 0001)" '5 | 1 | 7 | 2 | 0 | 3 | 6 | 4'
ok 'one a task, the longest first'

rm -rf -- "$run"
sed -i 3d "$out/shards/01-classify.tsv"
says 1 ./out/submit.sh --dry-run
has 'lacks item 7'
ok 'a table that does not fit the plan'
