# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# fields.sh: fields of tables, types of values, records. Nothing here forks.

flow_int='^-?[0-9]{1,18}$'
flow_float='^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$'

# What a record says of an output that is absent, behind the output's name: no file, no bytes.
flow_absent=:%_=-

# Names and types stand in the job script, so they are checked when they are declared. Behind a point: what only tests read;
# with a number: a part of a list.
flow_check_name() { [[ $1 =~ ^\.?[A-Za-z_][A-Za-z0-9_]*(\.[0-9]+)?$ ]] || flow_die "not a name: $1"; }

flow_check_type() {
  case ${1%\?} in
    Int | Float | Bool | String | File | Dir) ;;
    '[Int]' | '[Float]' | '[String]' | '[File]') ;;
    *) flow_die "no type $1: Int, Float, Bool, String, File or Dir" ;;
  esac
}

# Does a text match the pattern of its TYPE?
flow_matches() {
  case $1 in
    Int) [[ $2 =~ $flow_int ]] ;;
    Float) [[ $2 =~ $flow_float ]] ;;
    Bool) [[ $2 == true || $2 == false ]] ;;
    *) return 0 ;;
  esac
}

# A line into flow_fields; no field is empty. A loop over the fields takes five times as long.
flow_split() {
  local - IFS=$'\t'
  set -f
  # shellcheck disable=SC2206 # split at tabs alone, and patterns are left alone
  flow_fields=($1)
}

# A field's text.
flow_decode() {
  case $1 in
    %_) REPLY='' ;;
    *%*) printf -v REPLY %b "${1//\%/\\x}" ;;
    *) REPLY=$1 ;;
  esac
}

# A text as a field.
flow_encode() {
  case $1 in
    '') REPLY=%_ ;;
    -) REPLY=%2D ;;
    *[%$'\t\n\r\\']*)
      REPLY=${1//%/%25}
      REPLY=${REPLY//$'\t'/%09}
      REPLY=${REPLY//$'\n'/%0A}
      REPLY=${REPLY//$'\r'/%0D}
      REPLY=${REPLY//\\/%5C}
      ;;
    *) REPLY=$1 ;;
  esac
}

# A text inside of OUTPUTS or VALUES.
flow_encode_part() {
  flow_encode "$1"
  REPLY=${REPLY//,/%2C}
  REPLY=${REPLY//:/%3A}
  REPLY=${REPLY//=/%3D}
}

# What stands behind `NAME` and a sign in `NAME=…,NAME=…`: flow_part INPUTS NAME =
flow_part() {
  local list=,$1, mark=,$2$3
  [[ $list == *"$mark"* ]] || return 1
  REPLY=${list#*"$mark"}
  REPLY=${REPLY%%,*}
}

# The first line of a small file.
flow_read_text() { IFS= read -r REPLY 2>/dev/null <"$1"; }

# A directory's record into flow_fields; 1 where there is none, or a torn one.
flow_read_record() {
  { IFS= read -r flow_line <"$1/.flow"; } 2>/dev/null || return 1
  flow_split "$flow_line"
  [[ ${#flow_fields[@]} == 18 && ${flow_fields[17]} == . ]]
}

# The directory of a shard, from the run folder.
flow_place() { if [[ $2 == . ]]; then REPLY=work/$1; else REPLY=work/$1/$2; fi; }

# A path as written in the program, made absolute.
flow_absolute() { if [[ $1 == /* ]]; then REPLY=$1; else REPLY=$flow_project/$1; fi; }

# Where the kernel keeps the most memory that this array task used so far, if SLURM gave it a control group of its own.
flow_find_memory_gauge() { # FILE: /proc/self/cgroup
  local line job="*/job_${SLURM_JOB_ID:-none}/*"
  flow_memory_gauge=''
  while IFS= read -r line; do
    # shellcheck disable=SC2254 # a pattern
    case $line in
      0::$job) flow_memory_gauge=/sys/fs/cgroup${line#0::}/memory.peak ;;
      *:memory:$job) flow_memory_gauge=/sys/fs/cgroup/memory${line#*:memory:}/memory.max_usage_in_bytes ;;
    esac
  done 2>/dev/null <"$1" || :
  # That of an element says nothing of one of its tasks.
  [[ -r $flow_memory_gauge ]] && ((flow_abreast == 1)) || flow_memory_gauge=''
}

# The record of this shard: STATUS EXIT OUTPUTS VALUES CAUSE
flow_record_line() {
  local now memory=-
  # A gauge that cannot be read any more is no reason to lose a record.
  if [[ $flow_memory_gauge ]]; then
    { IFS= read -r memory <"$flow_memory_gauge"; } 2>/dev/null
    if [[ $memory =~ ^[0-9]{1,15}$ ]]; then memory=$((memory / 1024)); else memory=-; fi
  fi
  # Where it took some time, the end is the start and that time: the clock may have jumped in between.
  if [[ ${shard_start-} ]]; then
    flow_uptime
    now=$((shard_start + flow_seconds - shard_uptime))
  else
    printf -v now '%(%s)T' -1
  fi
  printf -v REPLY '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t.' \
    "$1" "$shard_call" "$shard_dir" "$shard_version" "$shard_inputs" "$shard_id" "$flow_number" "$shard_number" \
    "${shard_start:-$now}" "$now" "$2" "$3" "$4" "$5" "$flow_attempt_name" "$flow_node" "$memory"
}

# One line for the journal of this task. Without it the directory's own record is found by the next submit.
flow_journal() {
  # A line that could not be written to its end (a full disk) must not run into the next.
  if printf '%s%s\n' "$flow_torn" "$1" >>"$flow_journal_file"; then
    flow_torn=''
  else
    flow_torn=$'\n'
    printf 'flow: cannot write %s\n' "$flow_journal_file" >&2
  fi
}
flow_torn=''
