# shellcheck shell=bash disable=SC2034 # the parts use what is set here
# flow.sh: what runs in the array tasks. A job script sources it, declares its calls and ends with `flow_task "$@"`.
# It needs bash 4.4, GNU coreutils and any awk. docs/runtime.md of flowc is the contract: files, records, protocol.
#
#   flow.sh       declarations, and the task: its shards one after another
#   fields.sh     fields, types, records
#   gate.sh       is what a shard reads complete?
#   attempt.sh    one attempt: run, check, commit or fail, publish
#   watch.sh      no script outlives its limit or its task
# and of these what the program uses:
#   lists.sh      gathers                               when.sh       conditions that a shard decides for itself
#   items.sh      outputs that are lists                rung.sh       lists that the first task makes
#   ignore.sh     `on failure ignore`                   temp.sh       temporary outputs
#   container.sh  the command line of an image          python.sh     `script python`
#   abreast.sh    tasks side by side                     checkpoint.sh  the state that a script leaves to the next attempt
#   cutoff.sh     what reads the same as before stays    conda.sh      environments of conda, activated
#
# Values (from lists, records, file names, outputs) are only ever assigned, compared and quoted. They never reach
# arithmetic, eval, array subscripts or unquoted expansions before their type's pattern has matched.
# Functions hand back one result in REPLY, since a $(…) would be a fork a shard.

# What the environment, or a file that BASH_ENV names, may bring along.
set +o noclobber +o noglob
shopt -u dotglob failglob nocaseglob nocasematch nullglob
unset CDPATH

flow_lib=${BASH_SOURCE[0]%/*}

# shellcheck source-path=SCRIPTDIR source=fields.sh
source "$flow_lib/fields.sh"
# shellcheck source-path=SCRIPTDIR source=gate.sh
source "$flow_lib/gate.sh"
# shellcheck source-path=SCRIPTDIR source=attempt.sh
source "$flow_lib/attempt.sh"
# shellcheck source-path=SCRIPTDIR source=watch.sh
source "$flow_lib/watch.sh"

# The compiler leaves out the parts that a program does not use. Then there is nothing to do where the others ask for it:
flow_holds() { :; }
flow_has_environment() { :; }
flow_activation() { REPLY=''; }
flow_container() { flow_container_words=(); }
flow_open_list() { :; }
flow_cut_lists() { :; }
flow_read_items_files() { :; }
flow_ignored() { return 1; }
flow_is_todays() { return 1; }
flow_cut_off() { return 1; }
flow_keep_reads() { :; }
flow_seen_at() { :; }
flow_cuts_off=''
flow_drop_read() { :; }
flow_is_dropped() { return 1; }
flow_take_checkpoint() { :; }
flow_leave_checkpoint() { :; }
flow_drop_checkpoint() { :; }
for flow_extra in cutoff lists when items rung ignore temp checkpoint container conda python abreast; do
  # shellcheck source=/dev/null # it may not be there
  [[ ! -e $flow_lib/$flow_extra.sh ]] || source "$flow_lib/$flow_extra.sh"
done

# ---- declarations ---------------------------------------------------------------------------------------------------
# One entry of parallel arrays each; those of a call stand together, from flow_call_inputs[c] to before flow_call_inputs[c + 1].
# Words of lists lie in flow_words; an entry knows where its own begin and how many.

flow_calls=()                                                             # names; the others follow their index
declare -A flow_call_index=()                                             # the index of a name
flow_call_inputs=() flow_call_outputs=() flow_call_publishes=() flow_call_uses=()
flow_call_envs=() flow_call_secrets=() flow_call_modules=() flow_call_binds=()
flow_call_script=() flow_call_interpreter=() flow_call_time=() flow_call_retry=() flow_call_todo=()
flow_call_causes=() flow_call_cost=() flow_call_raise=() flow_call_link=() flow_call_ignore=()
flow_call_checkpoint=() flow_call_again=() flow_call_starts=()
flow_call_head=() flow_call_stdin=() flow_call_stdout=() flow_call_success=() flow_call_runtime=() flow_call_image=()
flow_call_conda=()
flow_words=()
flow_in_kind=() flow_in_name=() flow_in_type=() flow_in_optional=() flow_in_from=() flow_in_output=() flow_in_job=()
flow_in_start=() flow_in_count=() flow_in_many=() flow_in_beside=()
flow_in_nth=() flow_in_more=() flow_in_key=() flow_in_test_start=() flow_in_test_count=()
flow_parts=0
flow_out_name=() flow_out_type=() flow_out_optional=() flow_out_path=() flow_out_start=() flow_out_count=()
flow_publish_output=() flow_publish_start=() flow_publish_count=()
flow_uses_path=()
flow_env_name=() flow_env_word=()
flow_secret_name=()
flow_module_word=()
flow_bind_path=()
flow_walltime=0 flow_rung_of='' flow_rung_from=0 flow_rungs_behind=0 flow_rungs_raised=0 flow_abreast=1

# Begins a call. What follows belongs to it.
flow_call() {
  local c=${#flow_calls[@]}
  flow_begin_call "$c"
  flow_calls[c]=$1 flow_call_index[$1]=$c
  flow_call_script[c]='' flow_call_interpreter[c]=bash flow_call_time[c]=0 flow_call_retry[c]=0 flow_call_todo[c]=''
  flow_call_causes[c]='' flow_call_cost[c]=0 flow_call_raise[c]='' flow_call_link[c]='' flow_call_ignore[c]=''
  flow_call_checkpoint[c]='' flow_call_again[c]='' flow_call_starts[c]=0
  flow_call_stdin[c]='' flow_call_stdout[c]='' flow_call_success[c]=' 0 ' flow_call_runtime[c]='' flow_call_image[c]=''
  flow_call_conda[c]=''
}

# The declarations of call C begin here, and those of the call before it end.
flow_begin_call() { # C
  flow_call_inputs[$1]=${#flow_in_name[@]} flow_call_outputs[$1]=${#flow_out_name[@]}
  flow_call_publishes[$1]=${#flow_publish_output[@]} flow_call_uses[$1]=${#flow_uses_path[@]}
  flow_call_envs[$1]=${#flow_env_name[@]} flow_call_secrets[$1]=${#flow_secret_name[@]}
  flow_call_modules[$1]=${#flow_module_word[@]} flow_call_binds[$1]=${#flow_bind_path[@]}
}

# An input: KIND NAME TYPE [PRODUCER OUTPUT JOB [TYPE OF THE OUTPUT]]
flow_input() {
  local i=${#flow_in_name[@]}
  flow_check_name "$2"
  flow_check_type "$3"
  flow_in_kind[i]=$1 flow_in_name[i]=$2 flow_in_type[i]=${3%\?} flow_in_optional[i]=${3##*[!?]}
  flow_in_from[i]=${4-} flow_in_output[i]=${5-} flow_in_job[i]=${6-}
  flow_in_start[i]=0 flow_in_count[i]=0 flow_in_many[i]=''
  flow_in_nth[i]=1 flow_in_more[i]='' flow_in_key[i]=$2 flow_in_test_start[i]=0 flow_in_test_count[i]=0
  [[ ${7-} != '['* ]] || flow_in_many[i]=1
}

# The words of the input that was declared last.
flow_input_words() {
  local i=$((${#flow_in_name[@]} - 1))
  flow_in_start[i]=${#flow_words[@]} flow_in_count[i]=$#
  flow_words+=("$@")
}

flow_value() { flow_input value "$1" "$2" && flow_input_words "$3"; }
flow_values() { flow_input values "$1" "$2" && flow_input_words "${@:3}"; }
flow_file() { flow_input file "$1" "$2" && flow_input_words "$3"; }
flow_item() { flow_input item "$1" "$2"; }
flow_items() { flow_input items "$1" "$2"; }
flow_text() { flow_input item "$1" "$2"; }
# One item of an output that is a list.
flow_item_of() { flow_input made "$@"; }
# The same of the second list of a zip: the shard's key does not say which item that is.
flow_item_beside() { flow_input made "$@" && flow_in_beside[${#flow_in_name[@]} - 1]=yes; }
flow_result() { flow_input result "$1" "$2" "$3" "$4"; }
# Of an output that is a list itself the TYPE is `[File]`, `[Int]`, …
flow_list() { flow_input list "$1" "${2//[\[\]]/}" "$3" "$4" "$5" "$2"; }

# flow_list_part NAME TYPE PRODUCER OUTPUT JOB: a list that has no variable of its own; flow_joined NAME TYPE: the one behind the
# other, of all parts before it.
flow_list_part() { flow_input part "$1.$((++flow_parts))" "${2//[\[\]]/}" "$3" "$4" "$5" "$2"; }
flow_joined() {
  flow_input joined "$1" "$2" && flow_in_count[${#flow_in_name[@]} - 1]=$flow_parts
  flow_parts=0
}

# flow_after PRODUCER JOB: no value, but the shards that the work line selects must have ended done.
flow_after() { flow_input after _ String "$1" '' "$2"; }

# flow_when TEST: the shard is skipped where this does not hold.
flow_when() { flow_input when _ Bool && flow_input_test "$@"; }

# The test of the input that was declared last: see when.sh.
flow_input_test() {
  local i=$((${#flow_in_name[@]} - 1))
  flow_in_test_start[i]=${#flow_words[@]} flow_in_test_count[i]=$#
  flow_words+=("$@")
}

# flow_or DECLARATION: another source of the input that was declared before. The first counts that there is.
flow_or() {
  local i=${#flow_in_name[@]}
  flow_in_more[i - 1]=yes
  "$@"
  flow_in_nth[i]=$((flow_in_nth[i - 1] + 1))
  flow_in_key[i]+=.${flow_in_nth[i]}
}

# flow_only TEST -- DECLARATION: a source that counts only where the test holds.
flow_only() {
  local n=1
  while [[ ${!n} != -- ]]; do ((++n)); done
  "${@:n + 1}"
  flow_input_test "${@:1:n - 1}"
}

# flow_record NAME FIELD:TYPE…: an item for each field.
flow_record() {
  local field name=$1
  for field in "${@:2}"; do flow_input item "${name}_${field%%:*}" "${field#*:}"; done
}

flow_output() {
  local o=${#flow_out_name[@]}
  flow_check_name "$1"
  flow_check_type "$2"
  flow_out_name[o]=$1 flow_out_type[o]=${2%\?} flow_out_optional[o]=${2##*[!?]}
  flow_out_path[o]=$3 flow_out_start[o]=0 flow_out_count[o]=0
}

# An output whose file name is made from parts: `=literal` or `+input`.
flow_output_text() {
  local o=${#flow_out_name[@]}
  flow_output "$1" "$2" ''
  flow_out_start[o]=${#flow_words[@]} flow_out_count[o]=$(($# - 2))
  flow_words+=("${@:3}")
}

flow_publish() {
  local p=${#flow_publish_output[@]}
  flow_publish_output[p]=$1
  flow_publish_start[p]=${#flow_words[@]} flow_publish_count[p]=$(($# - 1))
  flow_words+=("${@:2}")
}

flow_uses() { flow_uses_path+=("$@"); }
flow_module() { flow_module_word+=("$@"); }
flow_bind() { flow_bind_path+=("$@"); }

flow_env() {
  flow_check_name "$1"
  flow_env_name+=("$1") flow_env_word+=("$2")
}

# A variable of the user who submits. Its value is written nowhere.
flow_secret() {
  flow_check_name "$1"
  flow_secret_name+=("$1")
}

flow_stdin() { flow_call_stdin[${#flow_calls[@]} - 1]=$1; }
flow_stdout() { flow_call_stdout[${#flow_calls[@]} - 1]=$1; }
flow_success() { flow_call_success[${#flow_calls[@]} - 1]=" $* "; }
flow_time() { flow_call_time[${#flow_calls[@]} - 1]=$1; }
flow_cost() { flow_call_cost[${#flow_calls[@]} - 1]=$1; }
# flow_retry N [CAUSE…]: so many further tries in place; with causes, only after a failure by one of these.
flow_retry() { flow_call_retry[${#flow_calls[@]} - 1]=$1 flow_call_causes[${#flow_calls[@]} - 1]=${2+ ${*:2} }; }
# In a rung: it is one for failures of this call, with causes only for these.
flow_raise() { flow_call_raise[${#flow_calls[@]} - 1]=" ${*:-any} "; }
# In a link of a chain: it goes on with what is pending of this call, or failed with one of these causes. `flow_raise` beside it
# names the failures that ask for more.
flow_link() { flow_call_link[${#flow_calls[@]} - 1]=" $* "; }
# A failure of this call is ignored by what reads it: it is no failure of the task.
flow_ignore() { flow_call_ignore[${#flow_calls[@]} - 1]=yes; }
# flow_checkpoint FOLDER: what one attempt leaves to the next. flow_again STATUS N: with this exit status the script is to be
# started once more, N times in all.
flow_checkpoint() { flow_call_checkpoint[${#flow_calls[@]} - 1]=$1; }
flow_again() { flow_call_again[${#flow_calls[@]} - 1]=$1 flow_call_starts[${#flow_calls[@]} - 1]=$2; }
flow_todo() { flow_call_todo[${#flow_calls[@]} - 1]=yes; }
flow_image() { flow_call_runtime[${#flow_calls[@]} - 1]=$1 flow_call_image[${#flow_calls[@]} - 1]=$2; }

# An environment, by its file, folder or name: which one that is was found at submit.
flow_conda() { flow_call_conda[${#flow_calls[@]} - 1]=$1; }

# The script, from standard input.
flow_script() {
  local text c=$((${#flow_calls[@]} - 1))
  # read ends with 1 at the end of the text: there is no NUL in it.
  IFS= read -rd '' text || :
  flow_call_interpreter[c]=$1 flow_call_script[c]=$text
}

# ---- the task -------------------------------------------------------------------------------------------------------

# An error of the program or of its surroundings, before any shard.
flow_die() {
  printf 'flow: %s\n' "$*" >&2
  exit 1
}

# What the job asks SLURM for, in seconds.
flow_walltime() { flow_walltime=$1; }
# flow_rung JOB K [FROM]: this is the Kth rung of a job; those from FROM on have its request, and are a chain of their own.
# flow_rungs N [M]: so many stand behind this one, or behind this job; M of them ask for more.
flow_rung() { flow_rung_of=$1 flow_rung_from=${3:-0}; }
flow_rungs() { flow_rungs_behind=$1 flow_rungs_raised=${2:-0}; }
# flow_abreast N: an array element runs so many tasks side by side.
flow_abreast() { flow_abreast=$1; }

# flow_task SUBMISSION JOB: runs the shards that lists/JOB.tsv has for this array index.
flow_task() {
  # Inside of functions called in conditions bash ignores `set -e`, so every failure is handled where it happens.
  set +e
  flow_begin_call "${#flow_calls[@]}"
  if ((flow_abreast > 1)) && [[ -z ${FLOW_TASK-} ]]; then flow_element "$@"; else flow_one_task "$@"; fi
}

flow_one_task() { # SUBMISSION JOB [TASK]
  local line
  flow_setup "$@"
  trap 'flow_stop TERM 143' TERM
  trap 'flow_stop INT 130' INT
  trap 'flow_stop HUP 129' HUP
  trap '' PIPE
  exec {flow_stderr}>&2

  mapfile -t flow_work < <(exec grep -a "^$flow_index"$'\t' "$flow_submission/lists/$flow_job.tsv")
  flow_shards_done=0 flow_lines=${#flow_work[@]} flow_line_number=0 shard_status=''
  flow_cut_lists
  for line in "${flow_work[@]}"; do
    flow_shard "$line" || (($? != 3)) || { flow_leave 'no time was left'; break; }
    ((++flow_line_number))
    shard_status=''
  done
  [[ ! -d $flow_cut_dir ]] || rm -rf -- "$flow_cut_dir"
  flow_remove_ahead
  # A rung starts where an element ends with 1: nothing may be left undone.
  if ((flow_rungs_behind > 0)); then
    ((flow_shards_done == flow_lines)) && ! flow_rung_passes || exit 1
  else
    ((flow_shards_done > 0 || flow_lines == 0)) || exit 1
  fi
  exit 0
}

# Where we are, and what the names of attempts and journals are made of.
flow_setup() {
  local host=${SLURMD_NODENAME:-${HOSTNAME:-unknown}}
  # The library works in plain bytes; scripts get the user's own locale back (flow_run).
  flow_user_locale=${LC_ALL-} flow_had_locale=${LC_ALL+yes}
  export LC_ALL=C

  flow_job=${2:?flow: the job is missing: SCRIPT SUBMISSION JOB}
  flow_index=${3:-${FLOW_TASK:-${SLURM_ARRAY_TASK_ID:-}}}
  export -n FLOW_TASK
  [[ $flow_index =~ ^[0-9]{1,9}$ ]] || flow_die "no array index: SLURM_ARRAY_TASK_ID and FLOW_TASK are not set"

  # Real paths: run/ may be a link, and a container sees what the link points to.
  cd -P -- "$1" 2>/dev/null || flow_die "no submission $1"
  flow_submission=$PWD
  flow_number=${PWD##*/}
  [[ $flow_number =~ ^[0-9]{1,9}$ ]] || flow_die "not a submission: $PWD"
  flow_run=${PWD%/state/submissions/*}
  [[ $flow_run != *$'\n'* ]] || flow_die "the run folder's path has a line break in it: $flow_run"
  cd -- "$flow_run" || flow_die "no folder $flow_run"
  # A twin of an sbatch call that was thought to have failed may come late.
  [[ ! -e $flow_submission/ended ]] || flow_die "this submission was given up, or has ended: nothing is done"
  flow_read_text "$flow_submission/project" || flow_die "no file $flow_submission/project"
  flow_project=$REPLY

  flow_node=$host
  flow_encode "$flow_node"
  flow_node=$REPLY
  host=${host%%.*}
  flow_task_name=$flow_number.$flow_job.$flow_index.${SLURM_RESTART_COUNT:-0}.${host//[!A-Za-z0-9_-]/_}.$$
  flow_journal_file=state/journal/$flow_task_name.tsv
  flow_cut_dir=work/.tmp/$flow_task_name.lists
  flow_tries=0 flow_made=0 flow_child='' flow_attempt_dir='' flow_stopping='' flow_committing=''
  flow_find_memory_gauge /proc/self/cgroup
  flow_waited=0 flow_wait=${FLOW_WAIT:-60}
  [[ $flow_wait =~ ^[0-9]{1,6}$ ]] || flow_wait=60
  flow_uptime
  flow_synced=$flow_seconds flow_started=$flow_seconds
  flow_oom_kills
  flow_oom_seen=$REPLY
  if [[ $flow_rung_of ]]; then flow_rung_list; else flow_open_list "$flow_job"; fi
  [[ -e $flow_submission/lists/$flow_job.tsv ]] || flow_die "no list $flow_submission/lists/$flow_job.tsv"
}

# flow_seconds since the machine started, and hundredths of them: durations must not jump with its clock.
flow_uptime() {
  read -r REPLY _ </proc/uptime || printf -v REPLY '%(%s)T.00' -1
  flow_hundredths=$((10#${REPLY/./})) flow_seconds=${REPLY%%.*}
}

# May something of so many seconds not end in what is left of the walltime? SLURM stops the task a minute before its end.
flow_is_late() {
  ((flow_walltime > 0 && $1 > 0)) || return 1
  flow_uptime
  ((flow_seconds - flow_started + $1 + (flow_walltime < 600 ? 0 : 60) > flow_walltime))
}

# Is the walltime all but over? The stop comes up to a minute early; SLURM's own count began before this script.
flow_at_end() {
  ((flow_walltime > 0)) || return 1
  flow_uptime
  ((flow_seconds - flow_started + (flow_walltime < 600 ? flow_walltime / 4 : 150) >= flow_walltime))
}

# The shards from this line on stay pending, and the records say why.
flow_leave() { # REASON
  local line reason text=''
  ((flow_lines > flow_line_number)) || return 0
  flow_encode "$1"
  reason=$REPLY
  for line in "${flow_work[@]:flow_line_number}"; do
    flow_read_line "$line"
    shard_start='' shard_number=${shard_first:-1}
    flow_record_line pending - - - "$reason"
    text+=$REPLY$'\n'
  done
  printf 'flow: %s shards stay pending: %s\n' "$((flow_lines - flow_line_number))" "$1"
  flow_journal "${text%$'\n'}"
}

flow_read_line() {
  flow_split "$1"
  shard_call=${flow_fields[1]} shard_dir=${flow_fields[2]} shard_version=${flow_fields[3]}
  shard_inputs=${flow_fields[4]} shard_id=${flow_fields[5]} shard_stats=${flow_fields[6]}
  shard_columns=("${flow_fields[@]:7}")
  shard_line_inputs=$shard_inputs shard_line_id=$shard_id
}

# One work line: gate, attempts. What is wrong with one shard does not end the others. 3: there is no time for it.
flow_shard() {
  local c last
  flow_read_line "$1"
  flow_place "$shard_call" "$shard_dir"
  shard_place=$REPLY
  shard_replaces='' shard_first=1
  # In a rung the last column counts the attempts before it.
  if [[ $flow_rung_of && ${shard_columns[-1]} =~ ^[0-9]{1,4}$ ]]; then shard_first=$((shard_columns[-1] + 1)); fi
  c=${flow_call_index[$shard_call]-}
  [[ $c ]] || { printf 'flow: no call %s in this job\n' "$shard_call" >&2; return 1; }
  shard_call_index=$c shard_number=0
  # The first one is begun in any case: else it would never run.
  ((flow_line_number == 0)) || ! flow_is_late "${flow_call_cost[c]}" || return 3

  flow_next_attempt
  if [[ -e $shard_place/.flow ]] && flow_left; then
    flow_publish_all
    flow_drop_checkpoint
    flow_drop_read
    flow_end_marker
    ((++flow_shards_done))
    return 0
  fi
  last=$((shard_first + flow_call_retry[c]))
  for ((shard_number = shard_first; shard_number <= last; shard_number++)); do
    ((shard_number == shard_first)) || flow_next_attempt
    flow_attempt
    flow_end_marker
    flow_attempt_dir=''
    case $shard_status in
      done | skipped | left-out)
        flow_drop_read
        ((++flow_shards_done))
        return 0
        ;;
      failed) [[ $shard_again ]] || break ;;
      pending)
        [[ $shard_again ]] && flow_has_time || return 1
        ((++last))
        ;;
      *) return 1 ;;
    esac
  done
  [[ -z ${flow_call_ignore[c]} ]] || ((flow_rungs_behind > 0)) || ((++flow_shards_done))
  return 1
}

# Names the next attempt and opens its part of the log.
flow_next_attempt() {
  flow_attempt_name=$flow_task_name.$((++flow_tries))
  shard_status='' shard_again=''
  printf '::flow begin %s %s %s\n' "$shard_call" "$shard_dir" "$flow_attempt_name"
}

flow_end_marker() { printf '::flow end %s %s %s %s\n' "$shard_call" "$shard_dir" "$shard_status" "$flow_attempt_name"; }

# A signal to the task (scancel, a time limit, preemption, --cancel, Ctrl-C): the shard stays as it was, pending.
# Only a commit that has begun is ended first; it is two renames. At the end of the walltime the records say so; a shard
# that had all of it to itself has failed.
flow_stop() {
  flow_stopping=$2
  [[ -z $flow_committing ]] || return 0
  flow_stop_now "$1"
}

flow_stop_now() {
  local i tenths=20
  trap '' TERM INT HUP
  if [[ $flow_child ]]; then
    # One that has a state to write gets the time for it.
    [[ -z ${flow_call_checkpoint[shard_call_index]} ]] || tenths=300
    # The child leads a process group of its own: its children go with it.
    kill -TERM -- "-$flow_child" 2>/dev/null
    kill -CONT -- "-$flow_child" 2>/dev/null
    for ((i = 0; i < tenths; i++)); do
      kill -0 -- "-$flow_child" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$flow_child" 2>/dev/null
  fi
  printf 'flow: ended by SIG%s\n' "$1"
  if [[ $flow_attempt_dir ]]; then
    if [[ -z $shard_status ]] && ((flow_line_number == 0)) && flow_at_end; then flow_fail timeout -; fi
    shard_status=${shard_status:-pending}
    flow_end_marker
    rm -rf -- "$flow_attempt_dir"
  fi
  if flow_at_end; then
    [[ $shard_status == @(|pending) ]] || ((++flow_line_number))
    flow_leave 'the time of its task was over'
  fi
  rm -rf -- "$flow_cut_dir"
  flow_remove_ahead
  exit "$flow_stopping"
}
