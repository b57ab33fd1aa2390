# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# cutoff.sh: early cut-off. A shard whose inputs are others than when it was made may read the very same: a new sample may be in
# its group, and is not. What it reads is known at its gate. If that is what its result was made from, the result stays, with a
# record of today's inputs, and what reads it finds the same as well.
#
# What a shard reads is its INPUTS with what its gate saw in place of identities that were computed before: of a result the id
# under which it was made, of a list a hash of its shards and their ids, of an item its own identity, of what a test reads its
# value, and of what is not taken, or is all in the shard's key, nothing. A record keeps it among its VALUES, as `.reads`, where
# that is another text than INPUTS; `.made` is the id under which a result was made that stayed since.

flow_cuts_off=yes

# A shard's reads, in REPLY.
flow_reads() {
  local i key part rest=$shard_line_inputs,
  local -A seen=([-]=-)
  for ((i = flow_call_inputs[shard_call_index]; i < flow_call_inputs[shard_call_index + 1]; i++)); do
    case ${flow_in_kind[i]} in result | list | part | made) ;; *) continue ;; esac
    key=${flow_in_key[i]}
    seen[$key]=${flow_seen[i]:--}
    if [[ $key == .* && ${asked_types[$key]+is} && ${#asked_values[$key]} -le 64 ]]; then
      flow_encode_part "${asked_values[$key]}"
      seen[$key]=${asked_types[$key]}.$REPLY
    fi
  done
  REPLY=''
  [[ $shard_line_inputs != - ]] || { REPLY=-; return; }
  while [[ $rest ]]; do
    part=${rest%%,*} rest=${rest#*,} key=${part%%=*}
    REPLY+=,$key=${seen[$key]-"${part#*=}"}
  done
  REPLY=${REPLY#,}
}

# Which result is read the shard's key says, but in a zip, or a group, it may be another one next time: its directory is seen, too,
# where it has a part that the shard's own has not.
flow_seen_at() { # INPUT DIR
  local part rest=$2/
  [[ $2 != . ]] || return 0
  while [[ $rest ]]; do
    part=${rest%%/*} rest=${rest#*/}
    [[ /$shard_dir/ == *"/$part/"* ]] || { flow_encode_part "$2"; flow_seen[$1]+=.$REPLY; return 0; }
  done
}

# Is what is in the shard's place made from what it reads now? Then it stays, and its record says so.
flow_cut_off() {
  local place record before reads mine=no
  # What goes, or went, without something is another matter: ignore.sh.
  [[ -e $shard_place/.flow ]] && ((${#flow_marks[@]} == 0)) || return 1
  # By its descriptor: another attempt may put something else in the place.
  exec {place}<"$shard_place" || return 1
  flow_reads
  reads=$REPLY record=/proc/self/fd/$place
  if flow_read_record "$record" && [[ ${flow_fields[0]} == 'done' && ${flow_fields[3]} == "$shard_version" && ${flow_fields[4]} != *'~'* ]]; then
    before=${flow_fields[4]}
    ! flow_part "${flow_fields[12]}" .reads = || { flow_decode "$REPLY"; before=$REPLY; }
    [[ $before != "$reads" ]] || { mine=yes; flow_stay "$record"; }
  fi
  exec {place}<&-
  [[ $shard_status ]] && return
  # The gate's answers went with the question whether its files are whole.
  [[ $mine == no ]] || flow_inputs
  return 1
}

# The result stays: FOLDER gets a record with today's inputs and id.
flow_stay() { # FOLDER
  local made=${flow_fields[5]} values='' part rest=${flow_fields[12]}, fields=("${flow_fields[@]}") line
  for part in "$1"/.dropped.*; do [[ ! -e $part ]] || return 0; done
  flow_is_whole || return 0
  while [[ $rest ]]; do
    part=${rest%%,*} rest=${rest#*,}
    case $part in
      - | .reads=*) ;;
      .made=*) made=${part#.made=} ;;
      *) values+=,$part ;;
    esac
  done
  shard_values=${values#,}
  flow_note_reads "$reads"
  fields[1]=$shard_call fields[2]=$shard_dir fields[4]=$shard_inputs fields[5]=$shard_id fields[6]=$flow_number fields[7]=1
  fields[12]=${shard_values:+$shard_values,}.made=$made
  printf -v line '%s\t' "${fields[@]}"
  line=${line%$'\t'}
  printf '%s\n' "$line" >"$flow_attempt_dir/.flow" && mv -T -- "$flow_attempt_dir/.flow" "$1/.flow" && [[ $1 -ef $shard_place ]] ||
    return 0
  printf 'flow: %s[%s] stays: what it reads is what it was made from\n' "$shard_call" "$shard_dir"
  shard_status='done'
  flow_journal "$line"
}

# Adds the reads to shard_values, where they are not the inputs.
flow_note_reads() { # READS
  [[ $1 != "$shard_line_inputs" ]] || return 0
  flow_encode_part "$1"
  shard_values+=${shard_values:+,}.reads=$REPLY
}

# Of what is made now, the same: flow_commit asks for it.
flow_keep_reads() {
  flow_reads
  flow_note_reads "$REPLY"
}
