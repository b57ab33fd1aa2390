#!/usr/bin/env bash
# Submissions on a SLURM that queues what it refused, forgets what it took, and gives ids out again.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
# shellcheck source-path=SCRIPTDIR source=fake_slurm_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/fake_slurm_lib.sh"
fresh
fake_slurm
export FLOW_RETRY_PAUSE=0 FLOW_WAIT=0
again() { rm -rf -- "$run" "$base/ran" "$base"/calls.* "$base"/fault.* "$base/late"; : >"$base/queue"; annz 3; }
queued() { cut -f1 "$base/queue" | sort -u | wc -l; }

again
says 0 ./out/submit.sh
has 'Submitted 4 tasks in 2 jobs'
same "$(calls squeue)" 3 'asked before, before the release, behind it'
fake_run
same "$(cat "$run/results/summary.csv")" 3
says 0 ./out/submit.sh
has 'Nothing to do'
ok 'nothing odd'

# The first sbatch fails; its job comes late, when the third squeue has answered.
again
# shellcheck disable=SC2016 # for the fake
echo 'if ((n == 1)); then into=late fake_queue_job "$@"; echo "Socket timed out" >&2; exit 1; fi' >"$base/fault.sbatch"
# shellcheck disable=SC2016,SC2028
echo 'if ((n == 3)); then cat "$base/late" >>"$base/queue"; fi' >"$base/fault.squeue"
says 0 ./out/submit.sh
has 'came of sbatch calls that had failed; they are cancelled.'
same "$(queued)" 2 'the twin is gone'
fake_run
same "$(ran classify)" 3
same "$(ran summarise)" 1
ok 'a twin that comes late is cancelled before the release'

# The same, but it comes after everything: the next submission sees it.
again
# shellcheck disable=SC2016,SC2028
echo 'if ((n == 1)); then into=late fake_queue_job "$@"; echo "Socket timed out" >&2; exit 1; fi' >"$base/fault.sbatch"
says 0 ./out/submit.sh
cat -- "$base/late" >>"$base/queue"
fake_run
same "$(ran classify)" 3 'it is held'
same "$(queued)" 1
annz 5
says 0 ./out/submit.sh
has 'are left of submissions that were given up; they are cancelled.'
fake_run
same "$(queued)" 0
same "$(ran classify)" 5
ok 'a twin that comes even later is cancelled by the next submission'

# A late twin of a job that waits for nothing any more does not run: its submission has ended.
again
# shellcheck disable=SC2016,SC2028
echo 'if ((n == 2)); then into=late fake_queue_job "$@"; fi; if ((n > 1)); then echo "Socket timed out" >&2; exit 1; fi' >"$base/fault.sbatch"
: >"$base/late"
says 1 ./out/submit.sh
has 'nothing of it will run'
cat -- "$base/late" >"$base/queue"
fake_run
grep -q 'this submission was given up' "$run/logs/0001.02-summarise.0.log" || not_ok 'it ran'
ok 'a late job of a submission that was given up does nothing'

# The controller forgets the last job and gives its id to somebody else's.
again
# shellcheck disable=SC2016,SC2028
echo 'if ((n == 2)); then sed -i "s/^\(102\t.*\t\)flow-[^\t]*/\1theirs/" "$base/queue"; fi' >"$base/fault.squeue"
echo 100 >"$base/last_id"
says 1 ./out/submit.sh
has 'jobs 102, as sbatch called them, are not in the queue'
has 'nothing of it will run: its 1 queued jobs are cancelled'
same "$(cut -f1,4 "$base/queue")" $'102\ttheirs' 'the other job is left alone'
rm -- "$base"/fault.*
says 0 ./out/submit.sh
has '(submission 0002)'
fake_run
same "$(ran classify)" 3
same "$(cut -f1,4 "$base/queue" || true)" '' || true
ok 'an id that was given out again is not ours'

again
echo 100 >"$base/last_id"
# shellcheck disable=SC2016,SC2028
echo 'sed -i "s/flow-[^\t]*/(null)/" "$base/queue"' >"$base/fault.squeue"
says 1 ./out/submit.sh
has 'this cluster does not keep that of sbatch'
ok 'a cluster without comments'

# The release says that it failed, or that it went well, and the queue says what is so.
again
# shellcheck disable=SC2016,SC2028
echo 'fake_scontrol "$@"; echo "Job has already finished" >&2; exit 1' >"$base/fault.scontrol"
says 0 ./out/submit.sh
same "$(calls scontrol)" 1
fake_run
again
echo 'exit 0' >"$base/fault.scontrol"
says 1 ./out/submit.sh
has 'could not be released: jobs 1'
fake_run
same "$(ran classify)" 0
says 1 ./out/submit.sh
has 'scontrol release failed'
rm -- "$base/fault.scontrol"
says 1 ./out/submit.sh
has 'was not released to the end; now it is'
fake_run
same "$(cat "$run/results/summary.csv")" 3
ok 'the release: what is held decides'

# What is given behind -- does not take away what the records need.
again
says 0 ./out/submit.sh -- --comment=mine --array=7 --nice=3
fake_run
same "$(ran classify)" 3
ok 'options of the user'

# What waits for more than its turn is shown, with what to do.
again
says 0 ./out/submit.sh
waits() { # REASON-OF-CLASSIFY WORDS
  awk -F '\t' -v OFS='\t' -v reason="$1" 'NR == 1 { $5 = reason } { print }' "$base/queue" >"$base/queue.new"
  mv -- "$base/queue.new" "$base/queue"
  says 3 ./out/submit.sh --status
  has "of job $(head -1 "$base/queue" | cut -f1) wait ($1): $2"
}
waits 'launch failed requeued held' 'its node could not start it; when that is mended: scontrol release'
waits JobHeldUser 'you hold it: scontrol release'
waits JobHeldAdmin 'an administrator holds it'
waits DependencyNeverSatisfied 'it will never start: ./submit.sh --cancel'
waits BadConstraints 'no node is as it asks'
waits PartitionTimeLimit 'its time is above the limit'
waits QOSMaxWallDurationPerJobLimit 'its time is above the limit'
waits AssocMaxSubmitJobLimit 'you have as many jobs queued as you may'
waits AssocGrpCPUMinutesLimit 'the allocation is used up'
same "$(./out/submit.sh --status --tsv | grep -c '^waits')" 1
waits PartitionConfig 'it asks for more'
for reason in Priority Resources Dependency BeginTime JobArrayTaskLimit; do
  sed -i "1s/[^\t]*/$reason/5" "$base/queue"
  says 3 ./out/submit.sh --status
  lacks ' wait ('
done
ok 'jobs that are held or can never start are shown with what to do'
