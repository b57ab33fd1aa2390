#!/usr/bin/env bash
# What --status says of failures: grouped by cause, with the first lines of one, and commands that can be pasted where it was asked.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh

annz 12
# shellcheck disable=SC2016 # for the script
sed -i 's/^if grep/case $seed in\n  0 | 4 | 8) printf "a\\033]0;title\\007\\033[2Jb\\n"; seq 20; exit 5 ;;\n  1) kill -9 $$ ;;\n  2) exit 0 ;;\n  3) exit 6 ;;\nesac\n&/' out/jobs/01-classify.sbatch
says 1 ./out/submit.sh --local
says 1 ./out/submit.sh --status
grep -qE '^classify +6 +0 +0 +6 +0 +0$' "$base/said" || not_ok 'the table'
has 'classify: 3 failed (exit status 5): seed=0 seed=4 seed=8'
has 'classify: 1 failed (signal 9): seed=1'
has 'classify: 1 failed (output stats was not made): seed=2'
has 'classify: 1 failed (exit status 6): seed=3'
same "$(grep -c ' failed (' "$base/said")" 4
has "summarise: 1 blocked by classify[seed=0]"
same "$(sed -n '/exit status 5/,/--log/p' "$base/said" | sed '1d;$d;s/^ *//' | paste -sd ' ')" 'a]0;title[2Jb 1 2 … 16 17 18 19 20' 'the first lines and the last ones'
lacks $'\e'
lacks $'\a'
ok 'failures are grouped by cause, and what a script printed is shown without what a terminal obeys'

# The commands that it names are those.
command=$(grep -m 1 -- '--log' "$base/said" | sed 's/^ *//')
says 0 bash -c "$command"
has $'\e[2J'
cd -- "$out"
says 1 bash submit.sh --status
has "  ./submit.sh --log 'classify[seed=0]'"
cd -- "$base"
says 1 "$out/submit.sh" --status
command=$(grep -m 1 -- '--log' "$base/said" | sed 's/^ *//')
says 0 bash -c "$command"
has $'\e[2J'
ok 'its commands can be pasted'

cd -- "$project"
rm -r -- out
chain 2 4
printf 'm1 %s\n' 2 3 4 >"$base/fail"
says 1 ./out/submit.sh --local
says 1 ./out/submit.sh --status
has 'train: 3 failed (exit status 1): model=m1/seed=2 model=m1/seed=3 model=m1/seed=4'
has 'score: 3 blocked by shards of train: model=m1/seed=2 model=m1/seed=3 model=m1/seed=4'
same "$(grep -c '[0-9] blocked by ' "$base/said")" 2
ok 'what is blocked by one call is told together'
