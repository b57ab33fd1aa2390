#!/usr/bin/env bash
# Several at once in one project: two submit.sh, --add beside a submission that is queued, another user, a run folder that was
# moved. And what SLURM does for them: mail, and the user's environment with a secret in it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
mailer=$base/mailer
# shellcheck disable=SC2016 # for the mailer
printf '#!/bin/sh\necho "$*" >>%s/mails\n' "$base" >"$mailer"
chmod +x "$mailer"
slurm_cluster --conf "MailProg=$mailer"

# ---- two submit.sh ---------------------------------------------------------------------------------------------------

annz 8
for n in 1 2 3; do ./out/submit.sh >"$base/said.$n" 2>&1 & done
wait
same "$(grep -l 'Submitted 9 tasks in 2 jobs (submission 0001)' "$base"/said.? | wc -l)" 1 'one of three submits'
same "$(grep -lE 'another submit.sh is at work|is still queued or running|Nothing to do' "$base"/said.? | wc -l)" 2 'the others say why not'
drained
same "$(ran classify) $(ran summarise)" '8 1'
ok 'of three submit.sh one submits'

# ---- --add -------------------------------------------------------------------------------------------------------------

# The first two of ten more seeds fail at once, the last is slow; then come two more.
annz 18
printf '8\n9\n' >"$base/fail"
sed -i "s|^if grep|if [[ \$seed == 17 ]]; then while [[ ! -e '${base//\'/}/go' ]]; do sleep 0.2; done; fi\n&|" out/jobs/01-classify.sbatch
says 0 ./out/submit.sh
has 'Submitted 11 tasks in 2 jobs'
until (($(ran classify) == 18)) && [[ $(squeue --noheader --array --states=RUNNING,COMPLETING | wc -l) == 1 ]]; do sleep 0.2; done
rm -- "$base/fail"
says 1 ./out/submit.sh
has '--add submits what it does not hold'
sed -i 's/^axis\tseeds.*/axis\tseeds\trange\t0\t1\t20/' out/plan.tsv
says 2 ./out/submit.sh --add --local
says 0 ./out/submit.sh --add
has 'Submitted 4 tasks in 1 job (submission 0003)'
until (($(ran classify) == 22)); do sleep 0.2; done
until [[ $(squeue --noheader --array --states=RUNNING,COMPLETING | wc -l) == 1 ]]; do sleep 0.2; done
says 3 ./out/submit.sh --status
has 'is queued or running'
grep -qE '^classify +17 +1 +0 +0 +0 +0$' "$base/said" || not_ok 'the table'
says 0 ./out/submit.sh --add
has 'Nothing to add: submissions that are queued or running (0002) hold what is pending'
says 0 ./out/submit.sh --dry-run
has 'is queued or running; it comes first'
says 1 ./out/submit.sh
has 'Submission 0002 of'
ok '--add: failed and new shards, nothing that the first one holds'

: >"$base/go"
drained
says 0 ./out/submit.sh --dry-run
lacks 'it comes first'
same "$(ran classify)" 22 'no shard ran twice, but for those that had failed'
says 0 ./out/submit.sh
has 'Submitted 1 task in 1 job'
drained
same "$(ran classify)" 22
same "$(cat "$run/results/summary.csv")" 20
says 0 ./out/submit.sh --status
same "$(tail -n 1 "$run/index/summarise.tsv")" $'done\tsummarise' 'the table of shards as --status found it'
ok 'what waited for both is submitted in the end'

rm -- "$base/go"
sed -i 's/^axis\tseeds.*/axis\tseeds\trange\t0\t1\t22/; s/^call\tclassify\tclassify\t1/call\tclassify\tclassify\t9/' out/plan.tsv
says 0 ./out/submit.sh --only 'classify[seed=17]'
says 0 ./out/submit.sh --add
says 0 ./out/submit.sh --cancel
drained
same "$(find "$run/state/submissions" -name ended | wc -l)" 4
says 3 ./out/submit.sh --status
has 'has ended'
: >"$base/go"
says 0 ./out/submit.sh
drained
says 0 ./out/submit.sh --status
ok '--cancel ends all that is queued'

# ---- moved -------------------------------------------------------------------------------------------------------------

mv -- "$project" "$base/elsewhere"
cd -- "$base/elsewhere"
out=$PWD/out run=$PWD/out/run
says 0 ./out/submit.sh
has 'Nothing to do: all shards are done.'
cp -a -- "$base/elsewhere" "$base/copy"
rm -r -- "$base/copy/out/run/work/classify/seed=3"
(cd -- "$base/copy" && says 0 ./out/submit.sh && has 'Submitted 1 task in 1 job')
drained
(cd -- "$base/copy" && says 0 ./out/submit.sh --status)
says 0 ./out/submit.sh --status
ok 'a project that was moved or copied goes on where it is'

# While jobs run. Those of what was moved are still its own, but their scripts know the paths of before: what they made runs
# again. A copy has no jobs, and ends none.
rm -- "$base/go"
sed -i 's/^axis\tseeds.*/axis\tseeds\trange\t0\t1\t24/; s/^call\tclassify\tclassify\t9/call\tclassify\tclassify\t5/' out/plan.tsv
before=$(ran classify)
says 0 ./out/submit.sh
until (($(ran classify) == before + 24)) && [[ $(squeue --noheader --array --states=RUNNING,COMPLETING | wc -l) == 1 ]]; do sleep 0.2; done
cp -a -- "$base/elsewhere" "$base/second"
(
  cd -- "$base/second"
  says 3 ./out/submit.sh --status
  has 'has ended'
  says 0 ./out/submit.sh --cancel
  has 'Nothing is queued or running'
  says 0 ./out/submit.sh
  has 'Submitted 2 tasks in 2 jobs'
)
until (($(ran classify) == before + 25)); do sleep 0.2; done
mv -- "$base/elsewhere" "$base/third"
cd -- "$base/third"
out=$PWD/out run=$PWD/out/run
says 1 ./out/submit.sh
has 'is still queued or running'
: >"$base/go"
drained
for place in second third; do
  (
    cd -- "$base/$place"
    says 0 ./out/submit.sh
    drained
    says 0 ./out/submit.sh
    has 'Nothing to do: all shards are done.'
    same "$(cat out/run/results/summary.csv)" 24
  )
done
same "$(ran classify)" "$((before + 26))" 'but for the one shard that ran when it was copied and moved, all ran once'
[[ ! -e $base/elsewhere ]] || not_ok "something was made where the project was: $(find "$base/elsewhere")"
ok 'moved and copied while jobs run'

# ---- another user ------------------------------------------------------------------------------------------------------

if ((EUID == 0)); then
  as() { local user=$1; shift; setpriv --reuid="$user" --regid=users --clear-groups "$@"; }
  mkdir -- "$base/shared"
  chmod 711 "$base"
  cp -r -- out data "$base/shared/"
  rm -rf -- "$base/shared/out/run" "$base/ran" "$base/fail" "$base/slow"
  chown -R games:users "$base/shared"
  chmod -R g+w "$base/shared"
  : >"$base/ran"
  chmod 666 "$base/ran"
  cd -- "$base/shared"
  out=$PWD/out run=$PWD/out/run
  umask 002
  rm -- "$base/go"
  says 0 as games ./out/submit.sh
  until (($(ran classify) == 24)); do sleep 0.2; done
  says 1 as news ./out/submit.sh
  has 'Submission 0001 of games is still queued or running'
  says 3 as news ./out/submit.sh --status
  has 'submission 0001 is queued or running'
  : >"$base/go"
  drained
  says 0 as news ./out/submit.sh
  has 'Nothing to do'
  # What one has made another makes again.
  sed -i 's/^call\tclassify\tclassify\t5/call\tclassify\tclassify\t8/' out/plan.tsv
  says 0 as news ./out/submit.sh
  drained
  same "$(stat -c %U "$run/work/classify/seed=3/.flow")" news
  says 0 as games ./out/submit.sh --status
  ok 'another user sees what is queued, and goes on in the same folders'
else echo 'ok another user (not tried: it takes root)'; fi

# ---- mail and secrets ----------------------------------------------------------------------------------------------------

sed -i 's/^call\tclassify\tclassify\t./call\tclassify\tclassify\t7/' out/plan.tsv
sed -i '/^flow_time 600/i flow_secret TOKEN' out/jobs/01-classify.sbatch
# shellcheck disable=SC2016 # for the script
sed -i 's/^echo "classify/[[ $TOKEN == pattern* ]] || exit 9\n&/' out/jobs/01-classify.sbatch
sed -i '/^publish/i secret\tclassify\tTOKEN' out/plan.tsv
says 1 ./out/submit.sh
has 'TOKEN is not in your environment'
export TOKEN="pattern 48: it's \$(secret)"
rm -f -- "$base/mails"
says 0 ./out/submit.sh -- --mail-type=END,FAIL --mail-user=me@example.org
drained
says 0 ./out/submit.sh --status
until [[ $(wc -l 2>/dev/null <"$base/mails") == 2 ]]; do sleep 0.2; done
grep -q 'me@example.org' "$base/mails" || not_ok 'mails'
! grep -rlF 'pattern 48' "$PWD" || not_ok 'the secret is written there'
sed -i 's/^call\tclassify\tclassify\t./call\tclassify\tclassify\t6/' out/plan.tsv
says 0 ./out/submit.sh -- --export=NONE
drained
says 1 ./out/submit.sh --status
has 'no-secret:TOKEN'
has 'the secret TOKEN is not in the environment'
ok 'a mail a job, and a secret, by means of SLURM'
