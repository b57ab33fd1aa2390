#!/usr/bin/env bash
# kill -9 before every command of submit.sh that changes something, one after another, on a SLURM of files; what was
# released runs; then submit.sh runs again. Nothing may be lost, run twice, or stay in the queue. submit_crash.sh 1 tries
# each of some 85 commands, else every fourth.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
# shellcheck source-path=SCRIPTDIR source=fake_slurm_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/fake_slurm_lib.sh"
step=${1:-4}
fresh
fake_slurm
export FLOW_RETRY_PAUSE=0 FLOW_WAIT=0
cat >"$base/crash" <<'CRASH'
# Sources submit.sh and dies before the CRASH_AT-th command of this shell that changes something.
set -T
crash_count=0
trap 'if [[ $BASHPID == $$ ]]; then case $BASH_COMMAND in
  mkdir* | mv* | rm* | cp* | sync* | sort* | slurm* | ":"* | ln* | "printf "*\>* | xargs* | publish_file* | cancel_ids* | answer=*)
    ((++crash_count != CRASH_AT)) || { echo "crash before: $BASH_COMMAND"; kill -KILL $$; } ;;
esac; fi' DEBUG
source ./out/submit.sh
CRASH

# Three seeds are done; a fourth is new, one published file is gone, a directory is gone whose record is there.
annz 3
says 0 ./out/submit.sh
fake_run
annz 4
rm -- "$run/results/summary.csv"
rm -r -- "$run/work/classify/seed=1"
cp -a -- "$run" "$base/before"
settle() {
  for _ in 1 2 3; do
    ./out/submit.sh >"$base/said" 2>&1 || true
    fake_run
  done
  says 0 ./out/submit.sh
  has 'Nothing to do: all shards are done.'
}
points=0
for ((at = 1; ; at += step)); do
  rm -rf -- "$run" "$base/ran"
  cp -a -- "$base/before" "$run"
  : >"$base/queue"
  status=0
  { CRASH_AT=$at bash "$base/crash" >"$base/crashed" 2>&1 || status=$?; } 2>/dev/null
  where=$(grep -a '^crash before' "$base/crashed" || true)
  fake_run
  [[ $status == 137 ]] || break
  points=$((points + 1))
  ! grep -q JobHeldUser "$base/queue" || [[ ! -e $run/state/submissions/0002/released ]] || not_ok "held behind the release: $where"
  settle
  same "$(cat "$base/queue")" '' "left in the queue: $where"
  same "$(ran classify) $(ran summarise)" '2 1' "each once: $where"
  same "$(cat "$run/results/summary.csv")" 4 "the result: $where"
  same "$(find "$run/work/.tmp" -mindepth 1)" '' "attempts: $where"
  same "$(find "$run/state" -maxdepth 1 -name '.*' ! -name '.files' ! -name .published)" "" "left in state/: $where"
done
same "$status" 0
((points * step >= 30)) || not_ok "only $points crash points"
ok "$points crash points of a submission"
