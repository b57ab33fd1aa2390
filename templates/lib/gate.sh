# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# gate.sh: the values of a shard, and whether what it reads is complete. SLURM's dependencies only time; records decide.
#
# flow_inputs fills  flow_command   the values as bash text, for .command.sh
#                    in_names, in_values, in_types     the scalars, for file names and other interpreters
#                                                      (an optional that is absent is empty and has the type -)
#                    tracked_names, tracked_paths      files that must be as they were submitted
#                    given_paths                       other files, that a container must see
#                    read_*                            files of results, with the bytes that their records say
#                    flow_seen                         by input, what cutoff.sh knows a result, a list or an item by
# If something is not there: gate_call, gate_dir, gate_id say what, gate_why (if known) the status that is recorded.

# Is the shard's own directory already what is wanted? Then a copy of its record goes to the journal: this submission's
# start had not seen it. If a file was damaged since, that very result is to be replaced.
flow_left() {
  local line
  flow_read_record "$shard_place" || return 1
  [[ ${flow_fields[0]} == @(done|skipped) && ${flow_fields[3]} == "$shard_version" && ${flow_fields[4]} == "$shard_inputs" ]] ||
    return 1
  if [[ ${flow_fields[0]} == 'done' ]] && ! flow_is_whole; then
    printf 'flow: a file of %s[%s] is not as its record says (%s); it is made again\n' "$shard_call" "$shard_dir" "$gate_path"
    shard_replaces=${flow_fields[14]}
    # The new one counts behind a loss that was reported already.
    [[ ${flow_fields[6]} == "$flow_number" && ${flow_fields[7]} =~ ^[1-9][0-9]{0,4}$ ]] && shard_first=$((flow_fields[7] + 1))
    return 1
  fi
  [[ ${flow_fields[6]} == "$flow_number" ]] || flow_fields[6]=$flow_number flow_fields[7]=1
  flow_fields[1]=$shard_call flow_fields[2]=$shard_dir
  shard_status=${flow_fields[0]}
  printf -v line '%s\t' "${flow_fields[@]}"
  flow_journal "${line%$'\t'}"
  printf 'flow: %s[%s] is there\n' "$shard_call" "$shard_dir"
}

# Are the files of what is in the shard's place as its record, in flow_fields, says?
flow_is_whole() {
  local rest=''
  flow_gate_reset
  [[ ${flow_fields[11]} == - ]] || rest=${flow_fields[11]},
  while [[ $rest ]]; do
    [[ ${rest%%,*} == *"$flow_absent" ]] || flow_is_dropped "${rest%%:*}" ||
      flow_read_add "$shard_call" "$shard_dir" "$shard_id" "$shard_place" "${rest%%,*}"
    rest=${rest#*,}
  done
  flow_read_items_files && flow_read_check
}

flow_gate_reset() {
  flow_command='' in_names=() in_values=() in_types=() tracked_names=() tracked_paths=() given_paths=()
  read_paths=() read_bytes=() read_calls=() read_dirs=() read_ids=() flow_marks=() flow_seen=()
  gate_call='' gate_dir='' gate_id='' gate_why='' gate_path='' gate_single=''
  asked_types=() asked_values=() asked_of=''
}

# Passes the gate, or waits for what may be late, or leaves the shard blocked. 0: go on; 3: it is to be skipped; 4: it is
# left out.
# The whole task waits FLOW_WAIT seconds at most: what is late on a slow file system is late for all its shards.
flow_gate() {
  local status limit
  flow_lenient='' flow_gone=''
  while :; do
    flow_inputs
    status=$?
    case $status in
      0 | 2 | 3) return "$status" ;;
    esac
    [[ $gate_why ]] || flow_why
    # A file of the wrong size hardly gets better.
    limit=$flow_wait
    [[ -z $gate_path ]] || ((limit <= 5)) || limit=5
    if [[ $gate_why ]] || ((flow_waited >= limit)); then
      flow_ignored
      status=$?
      ((status == 0)) || return "$status"
      continue
    fi
    flow_sleep 1
    ((++flow_waited))
  done
}

# One pass over the inputs. 0: complete; 1: something is not there (yet); 2: a value is not of its type; 3: the shard is to be
# skipped: a condition does not hold, or what it needs will never be there, since that was skipped or is absent (gate_call,
# gate_dir).
flow_inputs() {
  local i column=0 path given='' status
  flow_gate_reset
  # What it runs for was not there when the list was made; what should have made it, or why there is nothing, is told behind the values.
  if [[ $shard_dir == *=\** ]]; then
    for path in "${shard_columns[@]}"; do [[ $path != '%*'* ]] || break; done
    path=${path#'%*'} gate_single=yes
    gate_call=${path%%=*} path=${path#*=}
    if [[ ! $gate_call ]]; then
      printf 'flow: zip: lists of different lengths: %s\n' "$path"
      shard_cause=lengths:$path
      return 2
    fi
    gate_id=${path%%=*} gate_dir=${path#*=}
    return 1
  fi
  for ((i = flow_call_inputs[shard_call_index]; i < flow_call_inputs[shard_call_index + 1]; i++)); do
    ((flow_in_nth[i] > 1)) || given=''
    flow_source "$i"
    status=$?
    case ${flow_in_kind[i]} in items | item | result | list | part | after) ((++column)) ;; made) ((column += 2)) ;; esac
    case $status in
      0) given=yes ;;
      3)
        [[ ! $given${flow_in_more[i]} ]] || continue
        flow_give_nothing "$i" || return
        ;;
      *) return "$status" ;;
    esac
  done
  for path in "${tracked_paths[@]}"; do
    [[ -e $path ]] || printf 'flow: %s is not there\n' "$path"
  done
  ((${#read_paths[@]} == 0)) || flow_read_check
}

# One source of an input; 3 where it has nothing for this shard. Of one that is passed over (the input has its value, by
# `given`, or its test does not hold) a file is tracked nevertheless.
flow_source() { # I
  local kind=${flow_in_kind[$1]} text='' passed=$given
  case $kind in
    value | file) text=${flow_words[flow_in_start[$1]]} ;;
    item)
      # A lone - is "does not apply": an optional that is absent.
      [[ ${shard_columns[column]-} == - ]] || { flow_decode "${shard_columns[column]-}"; text=$REPLY; }
      [[ $text || -z ${flow_in_more[$1]} ]] || passed=yes
      ;;
  esac
  if [[ $kind == @(file|item) && ${flow_in_type[$1]} == @(File|Dir) && $text ]]; then
    flow_absolute "$text"
    text=$REPLY
    flow_track "${flow_in_name[$1]}"
  fi
  if [[ ! $passed ]] && ((flow_in_test_count[$1] > 0)); then
    flow_holds "$1"
    case $? in
      1) passed=yes ;;
      2) return 2 ;;
    esac
  fi
  if [[ $passed ]]; then
    [[ $kind != when ]] || gate_call=''
    return 3
  fi
  case $kind in
    value | file | item) flow_give "$1" "$text" ;;
    values) flow_give_words "$1" "${flow_words[@]:flow_in_start[$1]:flow_in_count[$1]}" ;;
    items) flow_give_items "$1" "${shard_columns[column]-}" ;;
    made) flow_give_made "$1" "${shard_columns[column]-}" "${shard_columns[column + 1]-}" ;;
    result) flow_give_result "$1" "${shard_columns[column]-}" ;;
    list | part) flow_give_list "$1" "${shard_columns[column]-}" ;;
    joined) flow_give_joined "$1" ;;
    after) flow_ask_list "$1" "${shard_columns[column]-}" || return 1 ;;
  esac
}

flow_track() { tracked_names+=("$1") tracked_paths+=("$REPLY"); }

# A scalar: checked, kept, declared.
flow_give() {
  local name=${flow_in_name[$1]} type=${flow_in_type[$1]} text
  if [[ $2 ]] && ! flow_matches "$type" "$2"; then
    printf 'flow: the value of %s is no %s: %q\n' "$name" "$type" "$2"
    shard_cause=bad-value:${name#.}
    return 2
  fi
  if [[ $name == .* ]]; then
    # shellcheck disable=SC2004 # keys are names: when.sh declares it
    asked_types[$name]=$type asked_values[$name]=$2
    return
  fi
  [[ $2 || -z ${flow_in_optional[$1]} ]] || type=-
  in_names+=("$name") in_values+=("$2") in_types+=("$type")
  printf -v text '%s=%q\n' "$name" "$2"
  flow_command+=$text
}

# There is nothing for an input: what may be absent is empty; 3: the shard is skipped.
flow_give_nothing() { # I
  [[ ${flow_in_optional[$1]} ]] || return 3
  if [[ ${flow_in_name[$1]} == .* ]]; then asked_types[${flow_in_name[$1]}]=- asked_values[${flow_in_name[$1]}]=''
  else flow_give "$1" ''; fi
}

# A list of items: one field, with commas between.
flow_give_items() { # INPUT FIELD
  local words=() rest=$2,
  [[ $2 != - ]] || rest=''
  while [[ $rest ]]; do
    flow_decode "${rest%%,*}"
    words+=("$REPLY")
    rest=${rest#*,}
  done
  flow_give_words "$1" "${words[@]}"
}

# A list that is known: INPUT WORD…
flow_give_words() {
  local name=${flow_in_name[$1]} type=${flow_in_type[$1]} text word listed=
  [[ ${flow_call_interpreter[shard_call_index]} == bash && ${flow_call_script[shard_call_index]} != *"${name}_list"* ]] ||
    { listed=yes; : >"$flow_attempt_dir/.${name}_list"; }
  flow_command+="$name=("
  for word in "${@:2}"; do
    if [[ $type == @(File|Dir) ]]; then flow_absolute "$word"; given_paths+=("$REPLY"); else REPLY=$word; fi
    flow_matches "$type" "$REPLY" || { shard_cause=bad-value:$name; return 2; }
    printf -v text ' %q' "$REPLY"
    flow_command+=$text
    [[ ! $listed ]] || flow_list_file "$name" "$REPLY"
  done
  flow_command+=$' )\n'
  [[ ! $listed ]] || flow_command+="${name}_list=\$PWD/.${name}_list"$'\n'
}

# The record of a shard of which something is read, into flow_fields: it must have the id that was expected at submit.
# Leaves the id, the one under which it was made, and the place to its caller.
flow_find_result() { # INPUT DIR
  local key=${flow_in_key[$1]} call=${flow_in_from[$1]}
  flow_part "$shard_line_inputs" "$key" = || REPLY=''
  id=$REPLY
  flow_place "$call" "$2"
  place=$REPLY
  gate_call=$call gate_dir=$2 gate_id=$id gate_single=yes
  flow_read_record "$place" && [[ ${flow_fields[0]} == @(done|skipped) ]] || return 1
  if [[ ${flow_fields[5]} != "$id" ]]; then
    [[ ${flow_fields[5]} == "$id~"* ]] && flow_is_todays "$call" "$2" "${flow_fields[5]}" || return 1
    flow_marks+=("$key=${flow_fields[5]#*\~}")
  fi
  [[ $key != .* ]] || asked_of="${call}[$2]"
  made=$id
  [[ ${flow_fields[12]} != *.made=* ]] || { flow_part "${flow_fields[12]}" .made = && made=$REPLY; }
}

# One item of an output that is a list, as the record of who made it has it.
flow_give_made() { # INPUT DIR ITEM
  local call=${flow_in_from[$1]} id made place status item=$3
  flow_find_result "$1" "$2" || return 1
  if [[ ${flow_in_type[$1]} == File ]]; then
    [[ $item != *= ]] || flow_item_now "$1" "$place" || return 1
    flow_seen[$1]=${item//=/;}
    flow_read_add "$call" "$2" "$id" "$place" "${flow_in_output[$1]}:${item%=*}"
    flow_decode "${item%%=*}"
    REPLY=$flow_run/$place/$REPLY
  else
    # A value is known by the shard's key, but for the second of a zip.
    [[ ! ${flow_in_beside[$1]-} ]] || flow_seen[$1]=$3
    flow_decode "${3%%=*}"
  fi
  flow_give "$1" "$REPLY"
  status=$?
  gate_call='' gate_dir='' gate_id='' gate_single=''
  return "$status"
}

# One result: its file must have the bytes of its record. 3: there is none, since that shard was skipped, or its output is
# absent.
flow_give_result() {
  local call=${flow_in_from[$1]} output=${flow_in_output[$1]} dir=$2 id made place status
  flow_find_result "$1" "$dir" || return 1
  REPLY=$flow_absent
  [[ ${flow_fields[0]} == skipped ]] || flow_part "${flow_fields[11]}" "$output" : || return 1
  if [[ :$REPLY == *"$flow_absent" ]]; then
    gate_single=''
    return 3
  elif [[ ${flow_in_type[$1]} == @(File|Dir) ]]; then
    flow_read_add "$call" "$dir" "$id" "$place" "$output:$REPLY"
    flow_decode "${REPLY%=*}"
    # No record of ours names a file outside of its directory.
    [[ /$REPLY/ != */../* ]] || return 1
    flow_give "$1" "$flow_run/$place/$REPLY"
  else
    flow_part "${flow_fields[12]}" "$output" = || return 1
    flow_decode "$REPLY"
    flow_give "$1" "$REPLY"
  fi
  status=$?
  flow_seen[$1]=$made
  flow_seen_at "$1" "$dir"
  gate_call='' gate_dir='' gate_id='' gate_single=''
  return "$status"
}

# CALL DIR ID PLACE OUTPUT:FILE=BYTES: a file whose size is to be compared.
flow_read_add() {
  local part=${5#*:}
  flow_decode "${part%=*}"
  read_paths+=("$4/$REPLY") read_bytes+=("${part##*=}") read_calls+=("$1") read_dirs+=("$2") read_ids+=("$3")
}

# One stat for all files of results.
flow_read_check() {
  local i
  ((${#read_paths[@]} > 0)) || return 0
  for ((i = 0; i < ${#read_paths[@]}; i++)); do
    [[ -e ${read_paths[i]} ]] || { flow_read_lost "$i"; return 1; }
  done
  flow_stat "${#read_paths[@]}" "${read_paths[@]}" || { flow_read_lost 0; return 1; }
  for ((i = 0; i < ${#read_paths[@]}; i++)); do
    [[ ${read_bytes[i]} == - || ${flow_stats[i]%%:*} == "${read_bytes[i]}" ]] || { flow_read_lost "$i"; return 1; }
  done
}

flow_read_lost() {
  gate_call=${read_calls[$1]} gate_dir=${read_dirs[$1]} gate_id=${read_ids[$1]} gate_path=${read_paths[$1]}
}

# SIZE:MTIME of each path into flow_stats; of the first SIZES of them the size will do. Paths do not begin with `-`.
flow_stat() { # SIZES PATH…
  local i=0 path stats rest=() at=()
  flow_stats=()
  for path in "${@:2}"; do
    if ((i < $1)) && flow_short "$path"; then flow_stats[i]=$REPLY; else rest+=("$path") at+=("$i"); fi
    ((++i))
  done
  ((${#rest[@]} > 0)) || return 0
  mapfile -t stats < <(exec stat -L -c %s:%Y "${rest[@]}")
  ((${#stats[@]} == ${#rest[@]})) || return 1
  for i in "${!at[@]}"; do flow_stats[at[i]]=${stats[i]}; done
}

# The bytes of a short text: it is read, since a stat would be a process. A NUL, or more than can be short, is for stat.
flow_short() {
  local text=''
  REPLY=0
  [[ -f $1 ]] || return 1
  [[ -s $1 ]] || return 0
  ! IFS= read -rd '' -n 513 text 2>/dev/null <"$1" && [[ $text ]] && REPLY=${#text}
}

# The journals of a job in this submission, a line each.
flow_journals() {
  local file
  for file in "state/journal/$flow_number.$1."*.tsv; do [[ ! -e $file ]] || printf '%s\n' "$file"; done
}

# Adds a line to a list's file.
flow_list_file() { printf '%s\n' "$2" >>"$flow_attempt_dir/.$1_list"; }

# The job of a call.
flow_job_of() {
  local line flow_fields=()
  while IFS= read -r line; do
    flow_split "$line"
    [[ ${flow_fields[0]} != call || ${flow_fields[1]-} != "$1" ]] || { REPLY=${flow_fields[5]-}; return; }
  done <"$flow_submission/plan.tsv"
  REPLY=''
}

# Why is gate_call[gate_dir] not there? The journals of its job in this submission may say: failed, blocked, …
flow_why() {
  [[ $gate_path ]] && return
  flow_job_of "$gate_call"
  IFS= read -r gate_why < <(
    flow_journals "$REPLY" |
      GATE=why GATE_CALL=$gate_call GATE_SELECT=$gate_dir GATE_ID=$gate_id GATE_SUBMISSION=$flow_number \
        awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/gate.awk"
  )
}

# Records a shard that is not to run: its condition does not hold, or what it needs was skipped or is absent. Its directory
# holds the record alone, so that it is final, as a result is.
flow_skip() {
  local of="${gate_call}[$gate_dir]"
  if [[ $gate_call ]]; then
    printf 'flow: skipped: %s gives it nothing\n' "$of"
  else
    of=${asked_of:-"${shard_call}[$shard_dir]"}
    printf 'flow: skipped: its condition does not hold, by %s\n' "$of"
  fi
  flow_encode "$of"
  rm -rf -- "$flow_attempt_dir"
  if mkdir -- "$flow_attempt_dir"; then
    shard_exit=- shard_outputs='' shard_values='' shard_files=()
    flow_commit skipped "$REPLY"
  else
    flow_fail system -
  fi
}

# Records a shard that does not run, and what it waits for. A file of another size than recorded is a loss of its producer.
flow_blocked() {
  if [[ $gate_path ]]; then
    printf 'flow: %s[%s] is not as its record says: %s\n' "$gate_call" "$gate_dir" "$gate_path"
    flow_lost
  else
    printf 'flow: blocked by %s[%s]: %s\n' "$gate_call" "$gate_dir" "${gate_why:-it is not there}"
  fi
  shard_status=blocked shard_start=''
  flow_encode "${gate_call}[$gate_dir]"
  flow_record_line blocked - - - "$REPLY"
  flow_journal "$REPLY"
}

# The producer's record again, as lost, by this submission. Behind the lost one only a later attempt counts.
flow_lost() {
  local line now
  flow_place "$gate_call" "$gate_dir"
  flow_read_record "$REPLY" || return 0
  printf -v now '%(%s)T' -1
  [[ ${flow_fields[6]} == "$flow_number" ]] || flow_fields[7]=0
  flow_fields[0]=lost flow_fields[1]=$gate_call flow_fields[2]=$gate_dir flow_fields[6]=$flow_number flow_fields[9]=$now
  flow_encode "$gate_path"
  flow_fields[13]=$REPLY flow_fields[15]=$flow_node
  printf -v line '%s\t' "${flow_fields[@]}"
  flow_journal "${line%$'\t'}"
}

# A sleep that a signal interrupts.
flow_sleep() {
  sleep "$1" &
  wait "$!"
}
