#!/usr/bin/env bash
# The run folder becomes read-only, or vanishes, under a task that runs: the records stay readable, the shard does not count as
# done, the message names the cause, and the next task mends it all.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin 'a run folder that goes'
disk=$top/disk
mkdir "$disk"
if ! mount -t tmpfs -o size=16m,mode=755 tmpfs "$disk" 2>/dev/null; then
  echo 'left out: no small file system can be mounted here'
  exit 0
fi
trap 'umount -l "$disk"' EXIT
# A pack of three, which waits in the second one while there is no file `go`.
job 01-write <<JOB
flow_call write
flow_item n Int
flow_output o File o.txt
flow_publish o =o/ +1
flow_script bash <<'FLOW'
echo "\$n" >"\$o"
if ((n == 1)) && [[ ! -e '$top/go' ]]; then
  touch '$top/waits'
  while [[ ! -e '$top/go' ]]; do sleep 0.05; done
fi
FLOW
JOB
for n in 0 1 2; do work 01-write 0 write "n=$n" "n=$n" - "$n"; done
cp -a "$run" "$disk/run"
rm -rf "$run"
ln -s "$disk/run" "$run"
submission=$run/state/submissions/0001
cp -a "$disk/run" "$top/first"

until_it_waits() {
  rm -rf "$disk/run"
  cp -a "$top/first" "$disk/run"
  : >"$top/log"
  rm -f "$top/go" "$top/waits"
  FLOW_TASK=0 bash "$submission/jobs/01-write.sbatch" "$submission" 01-write >>"$top/log" 2>&1 &
  for ((try = 0; try < 6000; try++)); do [[ ! -e $top/waits ]] || break; sleep 0.05; done
  there "$top/waits"
}
ended() {
  touch "$top/go"
  wait "$!"
  status=$?
}
# What is done has its directory, whole; each line of a journal has eighteen columns.
whole() {
  local n
  is "$(cat "$run"/state/journal/*.tsv | awk -F '\t' 'NF != 18 || $18 != "."')" '' 'torn lines'
  for n in 0 1 2; do
    [[ ! -e $run/work/write/n=$n ]] || is "$(cut -f1,18 "$run/work/write/n=$n/.flow")" $'done\t.' "the record in n=$n"
  done
}
mended() { # WHAT
  SLURM_RESTART_COUNT=1 task 01-write 0
  is "$status" 0 "$1, then mended: status"
  whole
  for n in 0 1 2; do
    is "$(last write "n=$n" 1)" 'done' "$1, then mended: n=$n"
    is "$(cat "$run/results/o/$n")" "$n" "$1, then mended: n=$n is published"
  done
}

# ---- read-only
until_it_waits
mount -o remount,ro "$disk" || fail 'it cannot be made read-only'
ended
is "$status" 0 'read-only: one shard is done'
logged 'Read-only file system'
is "$(grep -c 'failed: system' "$top/log")" 2 'read-only: two shards'
is "$(last write n=0 1)" 'done' 'read-only: what was done before'
gone "$run/work/write/n=1"
gone "$run/work/write/n=2"
whole
mount -o remount,rw "$disk"
mended 'read-only'
is "$(cut -f 15 "$run/work/write/n=0/.flow" | cut -d . -f 4)" 0 'read-only: what was done did not run again'

# ---- gone: removed by somebody, then there again as it was in the beginning
until_it_waits
mv "$disk/run" "$disk/away"
rm -rf "$disk/away"
ended
logged "flow: the folder $disk/run/work/.tmp/"
is "$(grep -c 'failed: system' "$top/log")" 2 'removed: two shards'
gone "$disk/run"
cp -a "$top/first" "$disk/run"
mended 'removed'

# ---- gone: taken away while it is in use, as by an unmount; what the task still does goes there
until_it_waits
mv "$disk/run" "$disk/elsewhere"
ended
gone "$disk/run"
mv "$disk/elsewhere" "$disk/run"
whole
mended 'moved away and back'

umount "$disk"
trap - EXIT
end
