# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# items.sh: outputs that are lists, `[File] = "chunk_*.fa"` and `[Int] = lines("ids.txt")`: how many items there are is
# known when the script has run. A record holds them in VALUES, as `NAME=ITEM:ITEM`; many stand in the file .items.NAME
# of the directory, a line each, and the record says `NAME==COUNT`. An item is the text of a value, or PATH=BYTES=IDENTITY
# of a file (its path below the directory). The last part of a path, or the text, is the item's key: it occurs once.

# The items of output O, which FILE holds, or is the pattern of; into shard_values and shard_files.
flow_read_items() { # O FILE
  local name=${flow_out_name[$1]} items=() keys=() cause=''
  if [[ ${flow_out_type[$1]} == '[File]' ]]; then flow_match_files "$2"; else flow_match_lines "$1" "$2"; fi
  [[ $cause ]] || flow_keys_differ "$name" "${keys[@]}" || cause=duplicate-item
  [[ $cause ]] || flow_keep_items || cause=system
  [[ -z $cause ]] || { flow_fail "$cause:$name" "$shard_exit"; return 1; }
  shard_values+=,$name=$REPLY
}

flow_keys_differ() { # OUTPUT KEY…
  local key
  local -A seen=()
  for key in "${@:2}"; do
    # The x keeps a key of no text, @ or * from meaning something.
    [[ -z ${seen[x$key]-} ]] || { printf 'flow: %q occurs twice in %s\n' "$key" "$1"; return 1; }
    seen[x$key]=yes
  done
}

# As the record has them, in REPLY: joined, or how many there are in a file.
flow_keep_items() {
  local IFS=:
  REPLY="${items[*]}"
  ((${#REPLY} > 2000)) || return 0
  printf '%s\n' "${items[@]}" >"$flow_attempt_dir/.items.$name" || return
  shard_files+=("$flow_attempt_dir/.items.$name")
  REPLY="=${#items[@]}"
}

# Files that a pattern matches, in the order of their names. What `uses` linked is not the script's.
flow_match_files() {
  local path found=() sizes=() small=() sums=() i n=0 IFS=''
  shopt -s nullglob
  # shellcheck disable=SC2206 # the pattern is to match
  found=($flow_attempt_dir/$1)
  shopt -u nullglob
  for i in "${!found[@]}"; do
    path=${found[i]}
    if [[ -L $path && $(readlink -- "$path") == "$flow_submission/code/"* ]]; then unset 'found[i]'; continue; fi
    flow_is_output File "$path" || { cause=missing-output; return; }
    [[ $path != *[$'\t\n']* ]] || { printf 'flow: %q is no name for an item\n' "$path"; cause=bad-value; return; }
    keys+=("${path##*/}")
  done
  ((${#found[@]} > 0)) || return 0
  found=("${found[@]}")
  mapfile -t sizes < <(printf '%s\0' "${found[@]}" | xargs -0 stat -L -c %s --)
  ((${#sizes[@]} == ${#found[@]})) || { cause=system; return; }
  for i in "${!found[@]}"; do ((sizes[i] > 104857600)) || small+=("${found[i]}"); done
  mapfile -t sums < <(printf '%s\0' "${small[@]}" | xargs -0r sha256sum -z -- | tr '\0' '\n' | cut -c1-16)
  ((${#sums[@]} == ${#small[@]})) || { cause=system; return; }
  for i in "${!found[@]}"; do
    flow_encode_part "${found[i]#"$flow_attempt_dir"/}"
    # As for tracked files: by content up to 100 MB; above by the size, and by what made it.
    if ((sizes[i] > 104857600)); then REPLY+="=${sizes[i]}=${sizes[i]}.$shard_id"
    else REPLY+="=${sizes[i]}=${sums[n++]}"; fi
    items+=("$REPLY")
  done
  shard_files+=("${found[@]}")
}

# The lines that are not blank, as `lines("…")` reads them when compiling.
flow_match_lines() { # O FILE
  local line lines=() type=${flow_out_type[$1]//[\[\]]/} bytes=0
  mapfile lines <"$flow_attempt_dir/$2"
  for line in "${lines[@]}"; do ((bytes += ${#line})); done
  # What has a NUL in it is no text: it would be read without.
  [[ $bytes == "$(stat -L -c %s -- "$flow_attempt_dir/$2")" ]] || { cause=bad-value; return; }
  ((${#lines[@]} == 0)) || lines[0]=${lines[0]#$'\xef\xbb\xbf'}
  for line in "${lines[@]}"; do
    line=${line%$'\n'} line=${line%$'\r'}
    [[ $line == *[![:space:]]* ]] || continue
    flow_matches "$type" "$line" || { printf 'flow: a line of %s is no %s: %q\n' "$2" "$type" "$line"; cause=bad-value; return; }
    keys+=("$line")
    flow_encode_part "$line"
    items+=("$REPLY")
  done
}

# The items of a list output from the record in flow_fields: into flow_items. 1 where they are not known.
flow_items_of() { # NAME PLACE
  flow_part "${flow_fields[12]}" "$1" = || return 1
  flow_items=()
  case $REPLY in
    '') ;;
    =*)
      mapfile -t flow_items 2>/dev/null <"$2/.items.$1" || return 1
      [[ ${#flow_items[@]} == "${REPLY#=}" ]]
      ;;
    *) IFS=: read -ra flow_items <<<"$REPLY" ;;
  esac
}

# What the record in flow_fields says of an item of which the work line has the path alone, `PATH=`: into `item`. It was temporary,
# and was made again.
flow_item_now() { # INPUT PLACE
  local one
  flow_items_of "${flow_in_output[$1]}" "$2" || return 1
  for one in "${flow_items[@]}"; do
    [[ $one != "$item"* ]] || { item=$one; return 0; }
  done
  gate_why="it was made again, without ${item%=}"
  return 1
}

# The files of the lists of a record join those whose sizes are compared.
flow_read_items_files() {
  local o item
  for ((o = flow_call_outputs[shard_call_index]; o < flow_call_outputs[shard_call_index + 1]; o++)); do
    [[ ${flow_out_type[o]} == '[File]' ]] || continue
    ! flow_is_dropped "${flow_out_name[o]}" || continue
    flow_items_of "${flow_out_name[o]}" "$shard_place" || return 1
    for item in "${flow_items[@]}"; do
      flow_read_add "$shard_call" "$shard_dir" "$shard_id" "$shard_place" "${flow_out_name[o]}:${item%=*}"
    done
  done
}

# publish: each file of a list under its own name, behind the parts of publish P.
flow_publish_items() { # P
  local item prefix
  flow_publish_name "$1"
  prefix=$REPLY
  flow_items_of "${flow_publish_output[$1]}" "$shard_place" || return 0
  for item in "${flow_items[@]}"; do
    flow_decode "${item%%=*}"
    flow_publish_file "$shard_place/$REPLY" "results/$prefix${REPLY##*/}" ||
      printf 'flow: cannot publish %s\n' "$prefix${REPLY##*/}"
  done
}
