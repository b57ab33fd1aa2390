# shellcheck shell=bash disable=SC2154 # a part of flow.sh: variables are set in one part and used in another
# temp.sh: temporary outputs. The last shard that reads one removes it; what a killed task leaves, the next submit does.

# Behind a shard that is done: what it read, and nobody needs any more, goes.
flow_drop_read() {
  local i call dir output seen=' '
  [[ -d $flow_submission/temp ]] || return 0
  for ((i = flow_call_inputs[shard_call_index]; i < flow_call_inputs[shard_call_index + 1]; i++)); do
    call=${flow_in_from[i]}
    [[ $call && $seen != *" $call "* && -e $flow_submission/temp/$call.tsv ]] || continue
    seen+="$call "
    while IFS=$'\t' read -r dir output; do
      flow_drop "$call" "$dir" "$output"
    done < <(DROP_READER=$shard_call DROP_DIR=$shard_dir awk -f "$flow_lib/drop.awk" <"$flow_submission/temp/$call.tsv")
  done
}

# The mark first: from then on the file counts as gone.
flow_drop() { # CALL DIR OUTPUT
  local place
  flow_place "$1" "$2"
  place=$REPLY
  flow_read_record "$place" && [[ ${flow_fields[0]} == 'done' ]] && flow_part "${flow_fields[11]}" "$3" : || return 0
  [[ :$REPLY != *"$flow_absent" ]] || return 0
  flow_decode "${REPLY%=*}"
  [[ $REPLY && /$REPLY/ != */../* ]] || return 0
  : >"$place/.dropped.$3" && rm -rf -- "${place:?}/$REPLY" && printf 'flow: %s of %s[%s] is not needed any more\n' "$3" "$1" "$2"
}

# Was an output of this shard removed by this submission, since all that reads it is done?
flow_is_dropped() { [[ -e $shard_place/.dropped.$1 && ${flow_fields[6]} == "$flow_number" ]]; }
