# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# lists.sh: inputs that gather the results of many shards, and what only waits for them.

# Asks the records for the shards that a list, or an `after`, selects: one awk over what was expected, the compacted records
# and the journals of the producing job. For a list it writes .NAME_list, .NAME_keys, .NAME_missing into the attempt's
# directory, and .NAME_sizes or .NAME_values; where it has several producers also .NAME_places, and the others' in NAME.2_…
flow_ask_list() { # INPUT PATTERN
  local n=${flow_cuts[$1 * flow_lines + flow_line_number]:-0}
  # What was cut out when the task began may say less than the tables do by now.
  if ((n > 0)); then
    flow_ask_awk "$1" "$2" "$flow_cut_dir/$1.$n.expect" "$flow_cut_dir/$1.$n.records" </dev/null && return
    [[ -z $gate_why ]] || return 1
  fi
  flow_ask_awk "$1" "$2" "$flow_submission/expect/${flow_in_from[$1]}.tsv" "state/records/${flow_in_from[$1]}.tsv" \
    < <(flow_journals "${flow_in_job[$1]}")
}

flow_ask_awk() { # INPUT PATTERN EXPECT RECORDS, journals on standard input
  local key=${flow_in_key[$1]} verdict
  [[ ${flow_in_kind[$1]} != after ]] || key=''
  IFS=$'\t' read -r verdict gate_call gate_dir gate_id gate_why < <(
    GATE=list GATE_CALL=${flow_in_from[$1]} GATE_SELECT=$2 GATE_OUTPUT=${flow_in_output[$1]} GATE_TYPE=${flow_in_type[$1]} \
      GATE_MANY=${flow_in_many[$1]} GATE_PART=${flow_in_kind[$1]#list} GATE_RUN=$flow_run GATE_SUBMISSION=$flow_number \
      GATE_EXPECT=$3 GATE_RECORDS=$4 GATE_PREFIX=${key:+$flow_attempt_dir/.$key} \
      GATE_PLACES=${flow_in_more[$1]}${flow_in_key[$1]#"${flow_in_name[$1]}"} GATE_IGNORE=$flow_lenient GATE_GONE=$flow_gone GATE_SEEN=$flow_cuts_off \
      MADE_FOLDER=$flow_submission/made exec awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/gate.awk"
  ) && [[ $verdict == complete ]] || return 1
  [[ ! $key ]] || flow_seen[$1]=$gate_dir
  [[ ${gate_call:--} == - ]] || flow_marks+=("$key=$gate_call")
  gate_call='' gate_dir=''
}

# A task of many shards that read lists: each list's part of the big tables is cut out once for all of them.
flow_cut_lists() {
  local i line numbers column call=0
  flow_cuts=()
  ((flow_lines >= 4)) || return 0
  for ((i = 0; i < ${#flow_in_name[@]}; i++)); do
    while ((i == flow_call_inputs[call + 1])); do ((++call)); done
    ((i > flow_call_inputs[call])) || column=0
    case ${flow_in_kind[i]} in
      item | items | result) ((++column)) ;;
      made) ((column += 2)) ;;
      list | part | after)
        ((++column))
        mkdir -p -- "$flow_cut_dir" || return 0
        mapfile -t numbers < <(
          flow_journals "${flow_in_job[i]}" |
            GATE=cut GATE_CALL=${flow_in_from[i]} GATE_CONSUMER=${flow_calls[call]} GATE_COLUMN=$column GATE_TASK=$flow_index \
              GATE_LIST=$flow_submission/lists/$flow_job.tsv GATE_EXPECT=$flow_submission/expect/${flow_in_from[i]}.tsv \
              GATE_RECORDS=state/records/${flow_in_from[i]}.tsv GATE_PREFIX=$flow_cut_dir/$i \
              MADE_FOLDER=$flow_submission/made awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/gate.awk"
        )
        # Fewer lines: awk did not get to the end (a full disk), and the tables themselves are asked.
        ((${#numbers[@]} == flow_lines)) || continue
        for line in "${!numbers[@]}"; do flow_cuts[i * flow_lines + line]=${numbers[line]}; done
        ;;
    esac
  done
}

flow_give_list() { # INPUT PATTERN
  local prefix=$flow_attempt_dir/.${flow_in_name[$1]}
  flow_ask_list "$@" || return 1
  [[ ! ${flow_in_more[$1]} ]] || flow_merge_list "$1" "$prefix" || return 1
  [[ ${flow_in_type[$1]} != @(File|Dir) ]] || flow_list_sizes "$prefix" || return 1
  [[ ${flow_in_kind[$1]} == part ]] || flow_declare_list "$1"
}

# The lists of the parts before it, one behind the other.
flow_give_joined() { # INPUT
  local prefix=$flow_attempt_dir/.${flow_in_name[$1]} file n files
  for file in list keys missing values; do
    files=()
    for ((n = 1; n <= flow_in_count[$1]; n++)); do [[ ! -e $prefix.${n}_$file ]] || files+=("$prefix.${n}_$file"); done
    ((${#files[@]} > 0)) || continue
    cat -- "${files[@]}" >"${prefix}_$file" && rm -f -- "${files[@]}" || return 1
  done
  flow_declare_list "$1"
}

# The variables of a list whose files are there. A test knows how many items it has.
flow_declare_list() { # INPUT
  local name=${flow_in_name[$1]} keys
  if [[ $name == .* ]]; then
    mapfile -t keys <"$flow_attempt_dir/.${name}_keys"
    # shellcheck disable=SC2004 # keys are names: when.sh declares it
    asked_types[$name]=Int asked_values[$name]=${#keys[@]}
    rm -f -- "$flow_attempt_dir/.${name}_"*
    return
  elif [[ ${flow_in_type[$1]} == @(File|Dir) ]]; then
    # shellcheck disable=SC2016 # $PWD is for the script
    printf -v REPLY 'mapfile -t %s <"$PWD/.%s_list"\n' "$name" "$name"
    flow_command+=$REPLY
  else
    flow_list_values "$1" "$flow_attempt_dir/.$name" || return
  fi
  flow_command+="${name}_list=\$PWD/.${name}_list ${name}_keys=\$PWD/.${name}_keys ${name}_missing=\$PWD/.${name}_missing"$'\n'
}

# Several producers of a list have the same shards: of each the first counts that exists.
flow_merge_list() { # INPUT PREFIX
  local i=$1 at=$column parts=$2
  while [[ ${flow_in_more[i]} ]]; do
    ((++i, ++at))
    flow_ask_list "$i" "${shard_columns[at]-}" || return 1
    parts+=$'\n'$flow_attempt_dir/.${flow_in_key[i]}
  done
  REPLY=$(GATE=merge GATE_PREFIX=$2 GATE_PARTS=$parts GATE_TYPE=${flow_in_type[$1]} GATE_SEEN=$flow_cuts_off \
    awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/gate.awk") || return 1
  flow_seen[$1]+=$REPLY
  rm -f -- "$2_places"
  for ((at = $1 + 1; at <= i; at++)); do rm -f -- "$flow_attempt_dir/.${flow_in_key[at]}_"*; done
}

# Sizes of all files of a list: stat in portions that fit a command line, one awk that compares.
flow_list_sizes() { # PREFIX
  local files
  # Read in portions from the file: slices of a long array are slow.
  IFS=$'\t' read -r gate_call gate_dir gate_id gate_path < <(
    while mapfile -t -n 500 files && ((${#files[@]} > 0)); do
      stat -L --printf '%s\t%n\n' "${files[@]}" 2>/dev/null
    done <"$1_list" |
      GATE=sizes GATE_PREFIX=$1 awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/gate.awk"
  )
  rm -f -- "$1_sizes"
  [[ -z $gate_dir ]]
}

# Values of a list stand in the script itself; each is checked against its type.
flow_list_values() {
  local name=${flow_in_name[$1]} fields field texts=() text=''
  mapfile -t fields <"$2_values"
  rm -f -- "$2_values"
  for field in "${fields[@]}"; do
    flow_decode "$field"
    flow_matches "${flow_in_type[$1]}" "$REPLY" || { shard_cause=bad-value:$name; return 2; }
    texts+=("$REPLY")
  done
  # One printf: to append to a text of a megabyte again and again is what would take long.
  ((${#texts[@]} == 0)) || printf -v text ' %q' "${texts[@]}"
  flow_command+="$name=($text )"$'\n'
}
