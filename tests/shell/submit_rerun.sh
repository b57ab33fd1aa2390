#!/usr/bin/env bash
# --rerun: shards that are done run again; what was made from them stays. Secrets, and who may read what is made.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh

umask 002
annz 6
says 0 ./out/submit.sh --local -j 2
same "$(ran classify) $(ran summarise)" '6 1'

says 0 ./out/submit.sh --dry-run --rerun 'classify[seed=2]'
has 'classify: 5 of 6 done, 1 would run'
has '1: run again, as told'
[[ -e $run/work/classify/seed=2/.flow ]] || not_ok 'a dry run takes nothing away'
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'a dry run of --rerun changes nothing'

before=$(cut -f15 "$run/work/classify/seed=2/.flow")
says 0 ./out/submit.sh --local --rerun 'classify[seed=2]'
same "$(ran classify) $(ran summarise)" '7 1' 'that shard, and nothing that was made from it'
has 'What they had made is in'
same "$(cut -f15 "$run"/pruned/*/classify/seed=2/.flow)" "$before" 'the first result is put aside'
[[ $(cut -f15 "$run/work/classify/seed=2/.flow") != "$before" ]] || not_ok 'it was not made again'
says 0 ./out/submit.sh --local
has 'Nothing to do'
says 0 ./out/submit.sh --status
ok 'a done shard runs again, what was made from it stays done'

says 0 ./out/submit.sh --local --rerun 'classify[seed=1]' --rerun summarise
same "$(ran classify) $(ran summarise)" '8 2'
same "$(cat "$run/results/summary.csv")" 6
ok 'several, and a call without axes'

# Where one of several is misspelt, nothing is put aside.
aside() { find "$run/pruned" -mindepth 1 -maxdepth 1 | wc -l; }
folders=$(aside)
misspelt() { # STATUS WORDS OPTION…
  local status=$1 words=$2
  shift 2
  says "$status" ./out/submit.sh --local "$@"
  has "$words"
  same "$(aside)" "$folders" 'nothing was moved'
}
misspelt 1 '--rerun clasify: there is no such call; nearest: classify, summarise' --rerun summarise --rerun 'clasify[seed=1]'
misspelt 1 '--rerun classify[seed=6]: there is no such shard; nearest of 6: seed=0, seed=1,' --rerun 'classify[seed=1]' --rerun 'classify[seed=6]'
misspelt 1 '--rerun classify[sed=5]: there is no such shard; nearest of 6: seed=5, seed=0,' --rerun 'classify[sed=5]'
misspelt 2 'is not a shard: write CALL[KEY]' --rerun 'classify[seed=1'
misspelt 2 'is not a shard: write CALL[KEY]' --rerun 'class*'
says 1 ./out/submit.sh --accept clasify
has 'there is no such call; nearest: classify'
says 2 ./out/submit.sh --accept 'classify[seed=1]'
says 1 ./out/submit.sh --log 'clasify[seed=1]'
has '--log clasify: there is no such call; nearest: classify'
says 1 ./out/submit.sh --log 'classify[seed=6]'
has '--log classify[seed=6]: there is no such shard; nearest of 6: seed=0'
same "$(ran classify) $(ran summarise)" '8 2'
ok 'a name that is not there: what is near'

# Each time has a folder of its own, also two in one second.
for _ in 1 2 3 4; do says 0 ./out/submit.sh --local --rerun 'classify[seed=0]'; done
same "$(aside)" "$((folders + 4))" 'folders of what was put aside'
same "$(find "$run/pruned" -path '*/classify/seed=0/.flow' | wc -l)" 4
# What the program no longer has is not its shard: it stays.
mkdir -- "$run/work/classify/seed=77"
says 0 ./out/submit.sh --local --rerun classify
[[ -d $run/work/classify/seed=77 ]] || not_ok 'what the program lacks was put aside'
says 0 ./out/submit.sh --prune
same "$(ran classify)" 18
ok 'what is put aside never meets what was put aside before'

printf '3\n' >"$base/fail"
says 1 ./out/submit.sh --local --rerun 'classify[seed=3]'
says 1 ./out/submit.sh --status
has 'classify: 1 failed (exit status 3): seed=3'
has 'seed 3 does not converge'
has './out/submit.sh runs again what failed'
rm -- "$base/fail"
says 0 ./out/submit.sh --local --rerun 'classify[seed=3]'
has 'nothing was made of it yet'
same "$(ran summarise)" 2 'made again from the same, it is the same'
says 2 ./out/submit.sh --status --rerun 'classify[seed=3]'
says 2 ./out/submit.sh --rerun
ok 'a shard that fails when it runs again is pending until it is made'

# Everything that a group shares is writable for it, as the umask says.
# (What is copied is as it was.)
find "$run" -path '*/submissions/*/*/*' -prune -o ! -type l ! -perm -g=w -print >"$base/said"
[[ ! -s $base/said ]] || not_ok 'not writable for the group'
ok 'files are made with the umask of the user'

# ---- a secret ----------------------------------------------------------------------------------------------------------

sed -i '/^flow_time 600/i flow_secret TOKEN' out/jobs/01-classify.sbatch
# shellcheck disable=SC2016 # for the script
sed -i 's/^echo "classify/[[ $TOKEN == pattern* ]] || { echo no token; exit 9; }\n&/' out/jobs/01-classify.sbatch
sed -i '/^publish/i secret\tclassify\tTOKEN' out/plan.tsv
sed -i 's/^call\tclassify\tclassify\t1/call\tclassify\tclassify\t9/' out/plan.tsv
says 1 ./out/submit.sh --local
has 'TOKEN is not in your environment. It is a secret that classify needs'
says 0 ./out/submit.sh --dry-run
export TOKEN="pattern 48: it's \$(secret)"
printf '4\n' >"$base/fail"
says 1 ./out/submit.sh --local
rm -- "$base/fail"
unset_token() { (unset TOKEN; "$@"); }
# What depends on a secret alone does not need it where nothing runs.
says 0 ./out/submit.sh --local --only 'classify[seed=4]'
says 1 unset_token ./out/submit.sh --status
has 'summarise'
! grep -rlF 'pattern 48' "$out" "$base/said" || not_ok 'the secret is written there'
grep -qF 'TOKEN:?' "$run/work/classify/seed=4/.command.sh" || not_ok '.command.sh asks for it'
ok 'a secret reaches its scripts and no file'
