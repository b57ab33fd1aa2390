# shellcheck shell=bash disable=SC2154 # a part of flow.sh: variables are set in one part and used in another
# temp.sh: temporary outputs. The last shard that reads one removes it; what a killed task leaves, the next submit does.

# Behind a shard that is done: what it read, and nobody needs any more, goes.
flow_drop_read() {
  local i call fields seen=' '
  [[ -d $flow_submission/temp && $shard_status == @(done|skipped) ]] || return 0
  for ((i = flow_call_inputs[shard_call_index]; i < flow_call_inputs[shard_call_index + 1]; i++)); do
    call=${flow_in_from[i]}
    [[ $call && $seen != *" $call "* && -e $flow_submission/temp/$call.tsv ]] || continue
    [[ $seen != ' ' ]] || flow_count_in || return 0
    seen+="$call "
    while IFS=$'\t' read -ra fields; do
      flow_drop "$call" "${fields[@]}"
    done < <(
      DROP_CALL=$call DROP_READER=$shard_call DROP_DIR=$shard_dir DROP_SUBMISSION=$flow_number DROP_TABLE=$flow_submission/temp/$call.tsv \
        MADE_FOLDER=$flow_submission/made awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/drop.awk"
    )
  done
}

# The record of a shard that was found done says so, as that of one that was made: it needs what it read no more.
flow_count_in() {
  local line aside=$shard_place/.flow.$flow_attempt_name
  flow_read_record "$shard_place" && [[ ${flow_fields[5]} == "$shard_id" && ${flow_fields[6]} =~ ^[0-9]{1,9}$ ]] || return 1
  ((10#${flow_fields[6]} < 10#$flow_number)) || return 0
  flow_fields[6]=$flow_number flow_fields[7]=1
  printf -v line '%s\t' "${flow_fields[@]}"
  printf '%s\n' "${line%$'\t'}" >"$aside" && mv -T -- "$aside" "$shard_place/.flow" && return
  rm -f -- "$aside"
  return 1
}

# The mark first: from then on the files count as gone.
flow_drop() { # CALL DIR OUTPUT FILE…
  local place file
  flow_place "$1" "$2"
  place=$REPLY
  : >"$place/.dropped.$3" || return
  for file in "${@:4}"; do
    flow_decode "$file"
    # No record of ours names a file outside of its directory.
    [[ ! $REPLY || /$REPLY/ == */../* ]] || printf '%s\0' "$place/$REPLY"
  done | xargs -0r rm -rf -- && printf 'flow: %s of %s[%s] is not needed any more\n' "$3" "$1" "$2"
}

# Was an output of this shard removed by this submission, since all that reads it is done?
flow_is_dropped() { [[ -e $shard_place/.dropped.$1 && ${flow_fields[6]} == "$flow_number" ]]; }
