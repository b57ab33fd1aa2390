#!/usr/bin/env bash
# A disk that is full, and a quota that is used up, at each of the writes of a task: the records stay readable, the shard does not
# count as done, and the message names the cause. The run folder with the library is on a small file system of its own, in which
# only so much is left before the task begins.
# shellcheck disable=SC2317 # functions are called by what a variable says
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

# ---- small file systems ---------------------------------------------------------------------------------------------
# Each mounts something at $top/mounted; `disk` is a folder there. `leave BLOCKS` leaves so many blocks of 4 KB in it, `leave` all that there is.

full_disk() {
  mount -t tmpfs -o size=768k,mode=755 tmpfs "$top/mounted" 2>/dev/null || return
  disk=$top/mounted
  cause='No space left on device'
  leave() {
    rm -f "$disk/fill"
    [[ -z ${1-} ]] || head -c "$((($(stat -f -c '%a' "$disk") - $1) * 4096))" /dev/zero >"$disk/fill" 2>/dev/null
  }
}

# That of a subvolume of btrfs: it takes neither tools for quotas nor a kernel with those of ext4.
used_up_quota() {
  truncate -s 120M "$top/image"
  disk=$top/mounted/user
  {
    mkfs.btrfs -q "$top/image" && mount -o loop "$top/image" "$top/mounted" &&
      btrfs subvolume create "$disk" && btrfs quota enable "$disk"
  } >/dev/null 2>&1 || return
  cause='Disk quota exceeded'
  leave() {
    local id used limit=none
    sync -f "$disk"
    read -r id used < <(btrfs qgroup show --raw -f "$disk" | awk '$1 ~ /^0\// { print $1, $2 }')
    [[ -z ${1-} ]] || limit=$((used + $1 * 4096))
    # By its id: through a path it would itself need some of what is used up.
    btrfs qgroup limit "$limit" "$id" "$top/mounted" || fail 'the quota cannot be set'
  }
}

# ---- the test -------------------------------------------------------------------------------------------------------

# Four shards of 20 KB in one task, and what gathers them.
jobs_of_it() {
  local n
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
}

# Every line of every journal has eighteen columns or is torn, and what is done has its directory and all its bytes.
whole() {
  local n
  for n in 0 1 2 3; do
    [[ $(last write "n=$n" 1) != 'done' ]] || is "$(stat -c %s "$run/work/write/n=$n/o.txt")" 20000 "bytes of n=$n"
    [[ ! -e $run/work/write/n=$n ]] || is "$(cut -f1,18 "$run/work/write/n=$n/.flow")" $'done\t.' "the record in n=$n"
  done
}

written_at_each_place() {
  local left n done_n met=0
  for ((left = 0; left <= 120; left += 4)); do
    leave
    rm -rf "$run"/work/* "$run"/state/journal/*.tsv
    mkdir -p "$run/work/.tmp" "$run/state/journal"
    : >"$top/log"
    leave "$left"
    task 01-write 0
    whole
    done_n=$(cat "$run"/state/journal/*.tsv 2>/dev/null | grep -c '^done' || true)
    if ((done_n < 4)); then
      grep -q "$cause" "$top/log" || fail "left $left: the log does not name the cause"
      met=$((met + 1))
    fi
    # There is space again: the next task mends it all.
    leave
    SLURM_RESTART_COUNT=1 task 01-write 0
    whole
    for n in 0 1 2 3; do is "$(last write "n=$n" 1)" 'done' "left $left: n=$n in the end"; done
  done
  ((met > 3)) || fail "it was met in $met of the rounds only"
}

# The list of a gather: nothing is made of a part of it.
gathered_whole() {
  local left
  for left in 0 1 2 3 4 5 6; do
    rm -rf "$run/work/read"
    leave "$left"
    task 02-read 0
    [[ ! -e $run/work/read ]] || is "$(cat "$run/work/read/o.txt")" 4 "left $left: the gather"
    leave
  done
  SLURM_RESTART_COUNT=1 task 02-read 0
  is "$(cat "$run/work/read/o.txt")" 4 'the gather in the end'
}

for kind in full_disk used_up_quota; do
  begin "${kind//_/ }"
  mkdir "$top/mounted"
  if ! "$kind"; then
    if [[ $kind == full_disk ]]; then echo 'left out: no small file system can be mounted here'
    else echo "ok $current (not tried: it takes mkfs.btrfs and root)"; fi
    ! mountpoint -q "$top/mounted" || umount "$top/mounted"
    rm -rf -- "$top"
    continue
  fi
  trap 'umount "$top/mounted"' EXIT
  jobs_of_it
  cp -a "$run" "$disk/run"
  rm -rf "$run"
  ln -s "$disk/run" "$run"
  submission=$run/state/submissions/0001
  written_at_each_place
  gathered_whole
  umount "$top/mounted"
  trap - EXIT
  end
done
