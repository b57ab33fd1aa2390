#!/usr/bin/env bash
# submit.sh when it is killed, when SLURM fails half-way, and when the queue cannot be asked.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
# shellcheck disable=SC2119
slurm_cluster
export FLOW_RETRY_PAUSE=0

# submit.sh in a process whose number the wrapped commands know.
cat >"$base/submit" <<'SH'
#!/usr/bin/env bash
echo "$$" >"$1"
shift
exec ./out/submit.sh "$@"
SH
chmod +x "$base/submit"
kill_at() { # CALL OF COMMAND, and whether the call itself still goes through
  # shellcheck disable=SC2016 # for the wrapped command
  printf 'if [[ $(wc -l <%q) == %s ]]; then kill -9 "$(cat %q)"; %s; fi\n' "$base/calls.$2" "$1" "$base/pid" "$3"
}
queued() { squeue --noheader --format=%F | sort -u | wc -l; }

for goes in true 'exit 1'; do
  rm -f -- "$base"/calls.*
  annz 8
  wrapped sbatch "$(kill_at 2 sbatch "$goes")"
  says 137 "$base/submit" "$base/pid"
  sleep 3
  same "$(ran classify)" '0' 'nothing runs'
  (($(queued) > 0)) || not_ok 'its jobs are queued, held'
  says 3 ./out/submit.sh --status
  has 'was not finished'
  wrapped sbatch
  says 0 ./out/submit.sh
  has 'was not finished; its jobs'
  has 'Submitted 9 tasks in 2 jobs (submission 0002)'
  drained
  same "$(ran classify)" 8
  same "$(ran summarise)" 1
  rm -rf -- "$run" "$base/ran"
done
ok 'killed between two sbatch calls: none of it runs, the next cleans up and submits anew'

annz 8
rm -f -- "$base"/calls.*
# shellcheck disable=SC2016 # for the wrapped command
wrapped sbatch "$(printf 'if [[ $(wc -l <%q) == 2 ]]; then kill -INT "$(cat %q)"; fi\n' "$base/calls.sbatch" "$base/pid")"
says 130 "$base/submit" "$base/pid"
has 'what is queued of submission 0001 is held, and the next ./submit.sh cancels it'
wrapped sbatch
says 0 ./out/submit.sh
has 'Submission 0001 was not finished; its jobs'
drained
same "$(ran classify)" 8
rm -rf -- "$run" "$base/ran"
ok 'interrupted: it says what becomes of what is queued'

annz 8
rm -f -- "$base"/calls.*
wrapped sbatch "if [[ \$(wc -l <'$base/calls.sbatch') -ge 2 ]]; then echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller' >&2; exit 1; fi"
says 1 ./out/submit.sh
has 'sbatch failed for 02-summarise: sbatch: error: Batch job submission failed'
has 'nothing of it will run'
same "$(calls sbatch)" 4 'three tries'
same "$(queued)" 0
same "$(ran classify)" 0
wrapped sbatch
says 0 ./out/submit.sh
drained
same "$(ran classify)" 8
ok 'an sbatch that fails: all is cancelled, the next begins anew'

annz 10
rm -f -- "$base"/calls.*
real=$(PATH=${PATH#"$base/bin:"} command -v sbatch)
wrapped sbatch "if [[ \$(wc -l <'$base/calls.sbatch') == 2 ]]; then '$real' \"\$@\" >/dev/null; exit 1; fi"
says 0 ./out/submit.sh
same "$(calls sbatch)" 2 'the job that was queued after all is found by its comment'
same "$(wc -l <"$run/state/submissions/0003/jobs.tsv")" 2
drained
wrapped sbatch
says 0 ./out/submit.sh --status
ok 'an sbatch that fails and queues all the same'

annz 12
wrapped squeue 'echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1'
rm -f -- "$base"/calls.*
says 1 ./out/submit.sh
has 'the queue cannot be asked, so nothing is submitted: slurm_load_jobs error'
same "$(calls sbatch)" 0
wrapped squeue 'sleep 60'
FLOW_SLURM_TIMEOUT=1 says 1 ./out/submit.sh
has 'nothing is submitted: squeue gave no answer in time'
wrapped squeue
ok 'the queue cannot be asked: nothing is submitted'

wrapped scontrol 'echo "no" >&2; exit 1'
says 1 ./out/submit.sh
has 'could not be released'
sleep 2
same "$(ran classify)" 10
wrapped scontrol
says 1 ./out/submit.sh
has 'now it is'
drained
same "$(ran classify)" 12
rm -f -- "$base"/calls.*
annz 14
wrapped scontrol "$(kill_at 1 scontrol 'exit 1')"
says 137 "$base/submit" "$base/pid"
wrapped scontrol
says 1 ./out/submit.sh
has 'was not released to the end; now it is'
drained
says 0 ./out/submit.sh
has 'Nothing to do'
same "$(ran classify)" 14
ok 'released again, where that was not done'

# The lock.
annz 16
mkdir -- "$run/state/lock"
echo 'elsewhere somebody 12' >"$run/state/lock/owner"
says 1 ./out/submit.sh
has 'another submit.sh is at work here (process 12 of somebody on elsewhere).'
has "rm -r '"
(exit 0) & gone=$!
wait "$gone"
echo "$HOSTNAME somebody $gone" >"$run/state/lock/owner"
says 0 ./out/submit.sh
drained
[[ ! -e $run/state/lock ]] || not_ok 'the lock is still there'
ok 'the lock: refused, or broken where its process is gone'

# A local run and SLURM shut each other out.
annz 20
echo 600 >"$base/slow"
./out/submit.sh --local -j 1 >"$base/local" 2>&1 &
running=$!
for ((n = 0; n < 3000; n++)); do
  [[ -z $(find "$run/work/.tmp" -mindepth 1 -maxdepth 1) ]] || break
  sleep 0.1
done
cp -- "$base/local" "$base/said"
lacks 'submit.sh:'
says 1 ./out/submit.sh
has 'is being run here by process'
says 3 ./out/submit.sh --status
has 'is running here'
says 0 ./out/submit.sh --cancel
status=0
wait "$running" || status=$?
same "$status" 143 'a cancelled local run'
same "$(find "$run/work/.tmp" -mindepth 1 -maxdepth 1)" '' 'no attempt is left'
rm -- "$base/slow"
says 0 ./out/submit.sh
drained
says 0 ./out/submit.sh --status
ok 'a local run and SLURM shut each other out'
