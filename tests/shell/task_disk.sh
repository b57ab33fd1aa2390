#!/usr/bin/env bash
# A disk that is full at each of the writes of a task: the records stay readable, the shard does not count as done, and the
# message names the cause. A small file system, which holds the run folder with the library, is filled up to so many blocks before
# the task begins.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin 'a full disk'
disk=$top/disk
mkdir "$disk"
if ! mount -t tmpfs -o size=768k,mode=755 tmpfs "$disk" 2>/dev/null; then
  echo 'left out: no small file system can be mounted here'
  exit 0
fi
trap 'umount "$disk"' EXIT
job 01-write <<'JOB'
flow_call write
flow_item n Int
flow_output o File o.txt
flow_script bash <<'FLOW'
head -c 20000 /dev/zero >"$o"
FLOW
JOB
job 02-read <<'JOB'
flow_call read
flow_list parts File write o 01-write
flow_output o File o.txt
flow_script bash <<'FLOW'
ls -l "${parts[@]}" | wc -l >"$o"
FLOW
JOB
for n in 0 1 2 3; do
  work 01-write 0 write "n=$n" "n=$n" - "$n"
  printf 'n=%s\t%s\n' "$n" "$(id_of "n=$n")" >>"$submission/expect/write.tsv"
done
work 02-read 0 read . parts=x - 'n=*'
# The run folder is on the small disk, the submission's own files too.
cp -a "$run" "$disk/run"
rm -rf "$run"
ln -s "$disk/run" "$run"
submission=$run/state/submissions/0001
whole() { # every line of every journal has eighteen columns or is torn, and what is done has its directory and all its bytes
  local n
  for n in 0 1 2 3; do
    [[ $(last write "n=$n" 1) != 'done' ]] || is "$(stat -c %s "$run/work/write/n=$n/o.txt")" 20000 "bytes of n=$n"
    [[ ! -e $run/work/write/n=$n ]] || is "$(cut -f1,18 "$run/work/write/n=$n/.flow")" $'done\t.' "the record in n=$n"
  done
}
met=0
for ((left = 0; left <= 120; left += 4)); do
  rm -rf "$run"/work/* "$run"/state/journal/*.tsv "$disk/fill"
  mkdir -p "$run/work/.tmp" "$run/state/journal"
  : >"$top/log"
  free=$(stat -f -c '%a' "$disk")
  # so many blocks of 4 KB are left
  head -c "$(((free - left) * 4096))" /dev/zero >"$disk/fill" 2>/dev/null
  task 01-write 0
  whole
  done_n=$(cat "$run"/state/journal/*.tsv 2>/dev/null | grep -c '^done' || true)
  if ((done_n < 4)); then
    grep -q 'No space left on device' "$top/log" || fail "left $left: the log does not name the cause"
    met=$((met + 1))
  fi
  # There is space again: the next task mends it all.
  rm -f "$disk/fill"
  SLURM_RESTART_COUNT=1 task 01-write 0
  whole
  for n in 0 1 2 3; do is "$(last write "n=$n" 1)" 'done' "left $left: n=$n in the end"; done
done
((met > 3)) || fail "the disk was full in $met of the rounds only"

# The list of a gather on a full disk: nothing is made of a part of it.
free=$(stat -f -c '%a' "$disk")
for left in 0 1 2 3 4 5 6; do
  rm -rf "$run/work/read" "$disk/fill"
  head -c "$(((free - left) * 4096))" /dev/zero >"$disk/fill" 2>/dev/null
  task 02-read 0
  [[ ! -e $run/work/read ]] || is "$(cat "$run/work/read/o.txt")" 4 "left $left: the gather"
done
rm -f "$disk/fill"
SLURM_RESTART_COUNT=1 task 02-read 0
is "$(cat "$run/work/read/o.txt")" 4 'the gather in the end'
umount "$disk"
trap - EXIT
end
