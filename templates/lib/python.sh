# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# python.sh: `script python`.

# .command.py: the values as typed Python values, then the script.
flow_write_python() {
  local i o text=''
  for ((i = 0; i < ${#in_names[@]}; i++)); do
    flow_python_value "${in_types[i]}" "${in_values[i]}"
    text+="${in_names[i]} = $REPLY"$'\n'
  done
  for ((i = flow_call_inputs[shard_call_index]; i < flow_call_inputs[shard_call_index + 1]; i++)); do
    [[ ${flow_in_kind[i]} == @(list|joined|values) ]] || continue
    case ${flow_in_type[i]} in
      Int) REPLY='int(item)' ;;
      Float) REPLY='float(item)' ;;
      Bool) REPLY='item == "true"' ;;
      *) REPLY=item ;;
    esac
    [[ -e $flow_attempt_dir/.${flow_in_name[i]}_list ]] || : >"$flow_attempt_dir/.${flow_in_name[i]}_list"
    text+="${flow_in_name[i]} = [$REPLY for item in "
    text+="open(\".${flow_in_name[i]}_list\", errors=\"surrogateescape\").read().split(\"\\n\")[:-1]]"$'\n'
  done
  for ((o = 0; o < ${#out_index[@]}; o++)); do
    flow_python_value String "${out_files[o]}"
    text+="${flow_out_name[out_index[o]]} = __import__(\"os\").path.abspath($REPLY)"$'\n'
  done
  printf '%s# ---- the script\n%s' "$text" "${flow_call_script[shard_call_index]}" >"$flow_attempt_dir/.command.py"
}

# A Python literal. Bytes outside of ASCII are decoded as Python decodes file names.
flow_python_value() {
  local i c n out=''
  case $1:$2 in
    -:) REPLY=None; return ;;
    Bool:true) REPLY=True; return ;;
    Bool:false) REPLY=False; return ;;
    Int:?* | Float:?*)
      if [[ $2 =~ ^-?(0|[1-9][0-9]*)$ ]]; then REPLY=$2
      elif [[ $1 == Int ]]; then REPLY="int(\"$2\")"
      else REPLY="float(\"$2\")"; fi
      return
      ;;
  esac
  if [[ $2 != *[!\ -~]* && $2 != *[\"\\]* ]]; then
    REPLY="\"$2\""
    return
  fi
  for ((i = 0; i < ${#2}; i++)); do
    c=${2:i:1}
    case $c in
      [A-Za-z0-9\ ./_-]) out+=$c ;;
      *)
        printf -v n %d "'$c"
        printf -v c '\\x%02x' "$((n & 255))"
        out+=$c
        ;;
    esac
  done
  REPLY="__import__(\"os\").fsdecode(b\"$out\")"
}
