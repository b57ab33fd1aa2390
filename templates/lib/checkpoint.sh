# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# checkpoint.sh: the folder in which a script of a process with `checkpoint` keeps its state. It outlives attempts, in
# work/.checkpoint/CALL/LABEL=KEY/…/ID/ATTEMPT, and scripts see a link to it. ID is the shard's: another script, or other
# inputs, begin with an empty one.

# This attempt takes over what the last one left, by renaming it to its own name: one that still lives somewhere, without our
# knowing, loses it, and cannot write into it any more.
flow_take_checkpoint() {
  local folder=${flow_call_checkpoint[shard_call_index]} own old
  [[ $folder ]] || return 0
  own=work/.checkpoint/${shard_place#work/}/$shard_id
  mkdir -p -- "$own" || return
  for old in "$own"/*/; do
    [[ -d $old ]] || continue
    mv -T -- "${old%/}" "$own/$flow_attempt_name" 2>/dev/null || continue
    old=${old%/}
    printf 'flow: goes on from the checkpoint of %s\n' "${old##*/}"
    break
  done
  mkdir -p -- "$own/$flow_attempt_name" || return
  [[ $folder != */* ]] || mkdir -p -- "$flow_attempt_dir/${folder%/*}" || return
  ln -s -- "$flow_run/$own/$flow_attempt_name" "$flow_attempt_dir/$folder"
}

# The link is no part of a result, nor of what a failure leaves.
flow_leave_checkpoint() {
  local folder=${flow_call_checkpoint[shard_call_index]}
  [[ ! $folder || ! -L $flow_attempt_dir/$folder ]] || rm -f -- "$flow_attempt_dir/$folder"
}

# The shard is done: nothing will go on. Beside its own folders there may be those of shards below it, of other axes.
flow_drop_checkpoint() {
  local own=work/.checkpoint/${shard_place#work/} id
  [[ ${flow_call_checkpoint[shard_call_index]} && -d $own ]] || return 0
  for id in "$own"/*/; do [[ ! -d $id || ${id#"$own"/} == *=* ]] || rm -rf -- "$id"; done
  rmdir -- "$own" 2>/dev/null
}

# The script wants to be started once more: the shard is pending, and goes on here, in the next array or after the next submit.
flow_unfinished() {
  local c=$shard_call_index
  if ((shard_number >= flow_call_starts[c])); then
    printf 'flow: it wants to go on, and has had its %s starts\n' "${flow_call_starts[c]}"
    shard_again=''
    flow_fail again "$shard_exit"
    return
  fi
  flow_record_line pending "$shard_exit" - - again
  flow_journal "$REPLY"
  flow_leave_checkpoint
  rm -rf -- "$flow_attempt_dir"
  shard_status=pending shard_again=yes
}

# Is there time for a start as long as this one was?
flow_has_time() {
  flow_uptime
  ! flow_is_late "$((flow_seconds - shard_uptime + 1))"
}
