# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# attempt.sh: one attempt at a shard. It works in a directory of its own under work/.tmp, and becomes visible by one rename.
# Whatever instruction it is killed at, either the shard's directory is whole and has its record in it, or it is not there.

# Leaves shard_status (done, skipped, left-out, failed, blocked) and, of a failure, shard_again: may it be tried again at once?
flow_attempt() {
  shard_cause='' shard_again=yes shard_inputs=$shard_line_inputs shard_id=$shard_line_id
  printf -v shard_start '%(%s)T' -1
  flow_uptime
  shard_uptime=$flow_seconds
  flow_attempt_dir=work/.tmp/$flow_attempt_name
  flow_make_dir || { flow_fail system -; return; }
  if [[ ${flow_call_todo[shard_call_index]} ]]; then
    printf 'flow: %s has no script yet (todo)\n' "$shard_call"
    shard_again=''
    flow_fail todo -
    return
  fi
  flow_gate
  case $? in
    1) flow_blocked; rm -rf -- "$flow_attempt_dir"; return ;;
    2) shard_again=''; flow_fail "$shard_cause" -; return ;;
    3) flow_skip; return ;;
    4) flow_leave_out; rm -rf -- "$flow_attempt_dir"; return ;;
  esac
  if ((${#flow_marks[@]} > 0)) && flow_mark; then
    rm -rf -- "$flow_attempt_dir"
    shard_status='done'
    flow_publish_all
    return
  fi
  if flow_cut_off; then
    rm -rf -- "$flow_attempt_dir"
    flow_publish_all
    return
  fi
  flow_has_environment || { shard_again=''; flow_fail "$shard_cause" -; return; }
  flow_has_secrets || { shard_again=''; flow_fail "$shard_cause" -; return; }
  flow_name_outputs || { shard_again=''; flow_fail "$shard_cause" -; return; }
  flow_take_checkpoint || { flow_fail system -; return; }
  flow_write_command || { flow_fail "${shard_cause:-system}" -; return; }
  flow_run
  flow_check "$?" || return
  flow_commit 'done' - || return
  flow_publish_all
}

# The attempt's directory, the place where the shard's will be, and the folders of links.
flow_make_dir() {
  local u dirs=()
  [[ -d $flow_attempt_dir ]] || flow_make_ahead
  [[ -d ${shard_place%/*} ]] || dirs+=("${shard_place%/*}")
  for ((u = flow_call_uses[shard_call_index]; u < flow_call_uses[shard_call_index + 1]; u++)); do
    [[ ${flow_uses_path[u]} != */* ]] || dirs+=("$flow_attempt_dir/${flow_uses_path[u]%/*}")
  done
  ((${#dirs[@]} == 0)) || mkdir -p -- "${dirs[@]}"
}

# The directories of this attempt and of the next ones, and the folders of their shards: one mkdir for many shards.
flow_make_ahead() {
  local line rest call parent='' attempt=$flow_tries dirs=()
  for line in "${flow_work[@]:flow_line_number:32}"; do
    dirs+=("work/.tmp/$flow_task_name.$((attempt++))")
    rest=${line#*$'\t'} call=${rest%%$'\t'*} rest=${rest#*$'\t'}
    flow_place "$call" "${rest%%$'\t'*}"
    [[ ${REPLY%/*} == "$parent" || -d ${REPLY%/*} ]] || dirs+=("${REPLY%/*}")
    parent=${REPLY%/*}
  done
  flow_made=$((attempt - 1))
  mkdir -p -- "${dirs[@]}"
}

# Those that no attempt took.
flow_remove_ahead() {
  local attempt dirs=()
  for ((attempt = 1; attempt <= flow_made; attempt++)); do
    [[ ! -d work/.tmp/$flow_task_name.$attempt ]] || dirs+=("work/.tmp/$flow_task_name.$attempt")
  done
  ((${#dirs[@]} == 0)) || rm -rf -- "${dirs[@]}"
}

# The file of each output into out_index, out_files.
flow_name_outputs() {
  local o parents=()
  out_index=() out_files=()
  for ((o = flow_call_outputs[shard_call_index]; o < flow_call_outputs[shard_call_index + 1]; o++)); do
    REPLY=${flow_out_path[o]}
    ((flow_out_count[o] == 0)) || flow_output_name "$o" || return
    out_index+=("$o") out_files+=("$REPLY")
    [[ $REPLY != */* || ${flow_out_type[o]}${REPLY%/*} == '[File]'*[\*\?[]* ]] || parents+=("$flow_attempt_dir/${REPLY%/*}")
  done
  ((${#parents[@]} == 0)) || mkdir -p -- "${parents[@]}"
}

# A name that is made from values. It stays below the directory.
flow_output_name() { # O
  local w part i name=''
  for ((w = flow_out_start[$1]; w < flow_out_start[$1] + flow_out_count[$1]; w++)); do
    part=${flow_words[w]}
    case $part in
      =*) name+=${part#=} ;;
      +*)
        for ((i = 0; i < ${#in_names[@]}; i++)); do
          [[ ${in_names[i]} == "${part#+}" ]] || continue
          part=${in_values[i]//\//%2F}
          # In a pattern a value matches itself alone.
          [[ ${flow_out_type[$1]} != '[File]' ]] || { part=${part//\\/\\\\} part=${part//\*/\\*} part=${part//\?/\\?} part=${part//\[/\\[}; }
          name+=$part
          break
        done
        ;;
    esac
  done
  case /$name/ in
    */../* | */./* | *//* | *[$'\t\n']*)
      printf 'flow: %q is no name for the output %s\n' "$name" "${flow_out_name[$1]}"
      shard_cause=bad-value:${flow_out_name[$1]}
      return 1
      ;;
  esac
  REPLY=$name
}

# .command.sh: the values, then the script. `bash .command.sh` in the shard's directory repeats it.
flow_write_command() {
  local c=$shard_call_index o text script=${flow_call_script[shard_call_index]}
  ((flow_call_uses[c] == flow_call_uses[c + 1])) || flow_link_uses || return
  [[ ${flow_call_head[c]+is} ]] || flow_write_head
  for ((o = 0; o < ${#out_index[@]}; o++)); do
    # shellcheck disable=SC2016 # $PWD is for the script
    printf -v text '%s=$PWD/%q\n' "${flow_out_name[out_index[o]]}" "${out_files[o]}"
    flow_command+=$text
  done
  [[ -z ${flow_call_stdin[c]} ]] || flow_command+="exec <\"\$${flow_call_stdin[c]}\""$'\n'
  [[ -z ${flow_call_stdout[c]} ]] || flow_command+="exec >\"\$${flow_call_stdout[c]}\""$'\n'
  case ${flow_call_interpreter[c]} in
    bash) ;;
    python)
      flow_write_python || return
      script=$'exec python3 .command.py\n'
      # shellcheck disable=SC2016 # the variable is the script's
      [[ -z ${flow_call_conda[c]} ]] || script='exec "$CONDA_PREFIX/bin/python3" .command.py'$'\n'
      ;;
    *) # finds the values in its environment
      printf %s "$script" >"$flow_attempt_dir/.command.script"
      printf -v script 'exec %q .command.script\n' "${flow_call_interpreter[c]}"
      flow_command=$'set -a\n'$flow_command
      ;;
  esac
  # shellcheck disable=SC2016 # the backquotes are a comment's
  printf '#!/usr/bin/env bash\n# %s %s: what ran, with its values. `bash .command.sh` in this directory repeats it.\n%s%s# ---- the script\n%s' \
    "$shard_call" "$shard_dir" "${flow_call_head[c]}" "$flow_command" "$script" >"$flow_attempt_dir/.command.sh"
}

# What stands before the values, and is the same for all shards of a call.
flow_write_head() {
  local c=$shard_call_index e path text head
  flow_activation
  head=$REPLY$'set -euo pipefail\n'
  for ((e = flow_call_envs[c]; e < flow_call_envs[c + 1]; e++)); do
    printf -v text 'export %s=%q\n' "${flow_env_name[e]}" "${flow_env_word[e]}"
    head+=$text
  done
  for ((e = flow_call_secrets[c]; e < flow_call_secrets[c + 1]; e++)); do
    # shellcheck disable=SC2016 # the variable is the script's
    printf -v text ': "${%s:?is a secret, which is not kept: export it first}"\n' "${flow_secret_name[e]}"
    head+=$text
  done
  for ((e = flow_call_modules[c]; e < flow_call_modules[c + 1]; e++)); do
    printf -v text '# module load %q (was done before)\n' "${flow_module_word[e]}"
    head+=$text
  done
  for path in "${flow_uses_path[@]:flow_call_uses[c]:flow_call_uses[c + 1] - flow_call_uses[c]}"; do
    printf -v text '[[ -e %q ]] || { mkdir -p -- %q && ln -s -- %q %q; }\n' \
      "$path" "./${path%"${path##*/}"}" "$flow_submission/code/$path" "./$path"
    head+=$text
  done
  if [[ ${flow_call_checkpoint[c]} ]]; then
    printf -v text 'mkdir -p -- %q\n' "./${flow_call_checkpoint[c]}"
    head+=$text
  fi
  flow_call_head[c]=$head
}

# Links to used code: those at the top are made by one ln, those in folders one by one.
flow_link_uses() {
  local u path links=()
  for ((u = flow_call_uses[shard_call_index]; u < flow_call_uses[shard_call_index + 1]; u++)); do
    path=${flow_uses_path[u]}
    if [[ $path != */* ]]; then links+=("$flow_submission/code/$path")
    else ln -s -- "$flow_submission/code/$path" "$flow_attempt_dir/$path" || return; fi
  done
  ((${#links[@]} == 0)) || ln -s -t "$flow_attempt_dir" -- "${links[@]}"
}

# Runs .command.sh in its directory and gives back its exit status.
flow_run() {
  local status
  flow_container || return 125
  flow_watch_ready || return 125
  ((flow_call_time[shard_call_index] == 0)) || flow_uptime
  shard_hundredths=$flow_hundredths
  if flow_may_fork && flow_forkserver_ready; then flow_run_fork; else flow_run_shell; fi
  status=$?
  flow_watch_end 2>/dev/null && status=124
  # What the script left running must not write into a result any more.
  [[ -z $flow_child ]] || kill -KILL -- "-$flow_child" 2>/dev/null
  flow_child=''
  return "$status"
}

# May a fork of a shell that serves the task run the script? Not one that asks for the id of its own, or needs a special one.
# One pattern for all three would take bash the square of the script's length.
flow_may_fork() {
  local script=${flow_call_script[shard_call_index]}
  ((${#flow_secret_name[@]} == 0 && ${#flow_module_word[@]} == 0)) && [[ -z ${flow_call_runtime[shard_call_index]} ]] || return
  # shellcheck disable=SC2016 # as they are written in the script
  [[ $script != *'$$'* && $script != *'${$'* && $script != *PPID* ]]
}

flow_forkserver_ready() {
  [[ ! ${flow_forkserver_PID-} ]] || return 0
  exec {flow_stdout}>&1
  # Not a word of bash when it ends.
  { coproc flow_forkserver { flow_become_forkserver; }; } 2>/dev/null
  exec {flow_stdout}>&-
}

flow_become_forkserver() {
  exec 3<&0 4>&1 </dev/null >&"$flow_stdout" 2>&"$flow_stderr" {flow_stdout}>&- {flow_stderr}>&- {flow_watch}>&-
  flow_own_environment
  # shellcheck disable=SC2016 # for that bash; $0 is as in `bash .command.sh`
  exec bash -c 'source "$1"' .command.sh "$flow_submission/lib/forkserver.sh"
}

# Has the script forked, and waits for its end. Of one that got lost nothing is known.
flow_run_fork() {
  local status
  printf '%s\t' "$shard_call" "$shard_dir" "$flow_attempt_name" "${flow_call_time[shard_call_index]}" "/proc/$BASHPID/fd/$flow_watch" \
    >&"${flow_forkserver[1]}" && printf '%s\n' "$flow_run/$flow_attempt_dir" >&"${flow_forkserver[1]}" || return 125
  read -r flow_child <&"${flow_forkserver[0]}" && read -r status <&"${flow_forkserver[0]}" || status=137
  return "$status"
}

# Starts a shell for the script, and waits for its end.
flow_run_shell() {
  local status
  # With job control on, the child gets a process group of its own, so that all that it starts can be ended with it.
  # Only while it starts: `wait` would return when a child is merely stopped. What bash says of jobs and of a terminal that is
  # not to be had is put away.
  {
    set -m
    flow_script_process </dev/null &
    flow_child=$!
    set +m
    wait "$flow_child"
    status=$?
  } 2>/dev/null
  return "$status"
}

# Becomes the script's shell. The watchman hears of it before anything else, so that no script runs unwatched; it does not see
# his pipe: one that goes on after its task would keep him.
flow_script_process() {
  exec 2>&"$flow_stderr" {flow_stderr}>&-
  printf '%s %s\n' "${flow_call_time[shard_call_index]}" "$BASHPID" >&"$flow_watch"
  exec {flow_watch}>&-
  flow_own_environment
  ((${#flow_secret_name[@]} == 0)) || flow_hide_secrets
  export FLOW_CALL=$shard_call FLOW_SHARD=$shard_dir FLOW_ATTEMPT=$flow_attempt_name
  cd -- "$flow_run/$flow_attempt_dir" || exit 125
  ((${#flow_module_word[@]} == 0)) || flow_load_modules || exit 125
  exec "${flow_container_words[@]}" bash .command.sh
}

# Signals and locale as the task was started with.
flow_own_environment() {
  trap - TERM INT HUP PIPE
  if [[ $flow_had_locale ]]; then export LC_ALL=$flow_user_locale; else unset LC_ALL; fi
}

# sbatch hands the user's environment on, unless it was told not to.
flow_has_secrets() {
  local s
  for ((s = flow_call_secrets[shard_call_index]; s < flow_call_secrets[shard_call_index + 1]; s++)); do
    [[ ! ${!flow_secret_name[s]+x} ]] || continue
    printf 'flow: the secret %s is not in the environment: submit without --export\n' "${flow_secret_name[s]}"
    shard_cause=no-secret:${flow_secret_name[s]}
    return 1
  done
}

# Secrets of other calls of this job are not for this script.
flow_hide_secrets() {
  local s name own=' '
  for ((s = flow_call_secrets[shard_call_index]; s < flow_call_secrets[shard_call_index + 1]; s++)); do
    own+="${flow_secret_name[s]} "
  done
  for name in "${flow_secret_name[@]}"; do [[ $own == *" $name "* ]] || unset -v "$name"; done
}

# `module` is a function of the site's shell start-up; a batch shell may lack it.
flow_load_modules() {
  local m file
  for ((m = flow_call_modules[shard_call_index]; m < flow_call_modules[shard_call_index + 1]; m++)); do
    set +u
    if ! type -t module >/dev/null; then
      for file in "${LMOD_PKG-}/init/bash" "${MODULESHOME-}/init/bash" /etc/profile.d/{lmod,z00_lmod,modules}.sh; do
        # shellcheck disable=SC1090 # the site's file
        [[ ! -r $file ]] || { source "$file"; break; }
      done
    fi
    module load "${flow_module_word[m]}" || { printf 'flow: module load %s failed\n' "${flow_module_word[m]}"; return 1; }
    set -u
  done
}

# Is what the script left a result? Leaves shard_outputs and shard_values, and shard_exit.
flow_check() {
  local i o path paths=()
  shard_exit=$1
  if [[ ! -d $flow_attempt_dir ]]; then
    printf 'flow: the folder %s is gone\n' "$flow_run/$flow_attempt_dir"
    flow_fail system "$1"
    return 1
  fi
  if [[ $flow_watch_fired || ${flow_call_success[shard_call_index]} != *" $1 "* ]]; then
    flow_unsuccessful "$1"
    return 1
  fi
  for ((i = 0; i < ${#out_files[@]}; i++)); do
    path=$flow_attempt_dir/${out_files[i]} o=${out_index[i]}
    if [[ ${flow_out_optional[o]} && ! -e $path && ! -L $path ]]; then
      # Absent: from here on it has no name, and the directory stands for it.
      out_files[i]='' path=$flow_attempt_dir
    elif [[ ${flow_out_type[o]} == '[File]' ]]; then path=$flow_attempt_dir
    elif ! flow_is_output "${flow_out_type[o]}" "$path"; then
      flow_fail "missing-output:${flow_out_name[o]}" "$1"
      return 1
    fi
    paths+=("$path")
  done
  for path in "${tracked_paths[@]}"; do
    # What is gone gets the stat of something that never matches.
    if [[ -e $path ]]; then paths+=("$path"); else paths+=(/); fi
  done
  if ((${#paths[@]} > 0)) && ! flow_stat "${#out_files[@]}" "${paths[@]}"; then
    flow_fail system "$1"
    return 1
  fi
  flow_check_inputs && flow_read_outputs
}

# The script ended in no way that counts as success: STATUS.
flow_unsuccessful() {
  local c=$shard_call_index
  if flow_out_of_memory; then
    printf 'flow: out of memory: a process was killed by the limit of its cgroup\n'
    flow_fail memory "$1"
  elif [[ $flow_watch_fired ]]; then
    printf 'flow: ended after its time limit of %s s\n' "${flow_call_time[c]}"
    flow_fail timeout "$1"
  elif [[ ${flow_call_again[c]} == "$1" ]]; then
    flow_unfinished
  elif (($1 > 128 && $1 <= 192)); then
    flow_fail signal "$1"
  else
    [[ -z ${flow_call_runtime[c]} ]] || flow_container_hint "$1"
    flow_fail exit "$1"
  fi
}

# Has the kernel killed something of this task for its memory since the last failure? A killed child may show as any status.
flow_out_of_memory() {
  local seen=$flow_oom_seen
  flow_oom_kills
  flow_oom_seen=$REPLY
  ((flow_oom_seen > seen))
}

# How often so far: the count of the task's cgroup (version 2, else 1), where it has one of its own.
flow_oom_kills() {
  local line path='' key n count=0
  if [[ ! ${flow_oom_file+is} ]]; then
    flow_oom_file=''
    while IFS= read -r line; do
      path=${line#*:*:}
      case $line in
        0::?*) [[ ! -r /sys/fs/cgroup$path/memory.events ]] || flow_oom_file=/sys/fs/cgroup$path/memory.events ;;
        *:memory:?*) flow_oom_file=/sys/fs/cgroup/memory$path/memory.oom_control; break ;;
      esac
    done 2>/dev/null </proc/self/cgroup
  fi
  if [[ -r $flow_oom_file ]]; then
    while read -r key n; do [[ $key != oom_kill || ! $n =~ ^[0-9]{1,15}$ ]] || count=$n; done <"$flow_oom_file"
  fi
  REPLY=$count
}

# An output is there, is what it was declared, and goes along when the directory is renamed.
flow_is_output() {
  local target
  if [[ $1 == Dir ]]; then
    [[ -d $2 ]] || { printf 'flow: the folder %s was not made\n' "${2#"$flow_attempt_dir"/}"; return 1; }
  else
    [[ -f $2 || -e $2 && ! -d $2 ]] || { printf 'flow: the file %s was not made\n' "${2#"$flow_attempt_dir"/}"; return 1; }
  fi
  [[ -L $2 ]] || return 0
  target=$(readlink -- "$2")
  [[ $target != */work/.tmp/* ]] && return 0
  printf 'flow: %s is a link into a directory that is renamed; make it relative\n' "${2#"$flow_attempt_dir"/}"
  return 1
}

# The tracked inputs are those of the submission. Their stats stand behind those of the outputs.
flow_check_inputs() {
  local i rest=$shard_stats, wanted
  for ((i = 0; i < ${#tracked_paths[@]}; i++)); do
    wanted=${rest%%,*}
    rest=${rest#*,}
    [[ $wanted && $wanted != - && $wanted != "${flow_stats[${#out_files[@]} + i]}" ]] || continue
    printf 'flow: %s changed since it was submitted\n' "${tracked_paths[i]}"
    shard_again=''
    flow_fail "input-changed:${tracked_names[i]}" "$shard_exit"
    return 1
  done
}

# Sizes of the outputs, and the texts of those that are values.
flow_read_outputs() {
  local i o name size file
  shard_outputs='' shard_values='' shard_files=()
  for ((i = 0; i < ${#out_files[@]}; i++)); do
    o=${out_index[i]} name=${flow_out_name[out_index[i]]} size=${flow_stats[i]%%:*} file=${out_files[i]}
    [[ ${flow_out_type[o]} != '['* ]] || flow_read_items "$o" "$file" || return
    [[ ${flow_out_type[o]} != '[File]' ]] || continue
    shard_files+=("$flow_attempt_dir/$file")
    [[ ! -d $flow_attempt_dir/$file ]] || size=-
    # An optional value of no text is absent, too.
    if [[ ${flow_out_optional[o]} && ${flow_out_type[o]} != @(File|Dir) && $file && $size -le 1 ]]; then
      flow_value_file "$flow_attempt_dir/$file" "$size" String && [[ -z $REPLY ]] && file=''
    fi
    [[ $file ]] || { shard_outputs+=,$name$flow_absent; continue; }
    flow_encode_part "$file"
    shard_outputs+=,$name:$REPLY=$size
    [[ ${flow_out_type[o]} != @(File|Dir|'['*) ]] || continue
    flow_value_file "$flow_attempt_dir/$file" "$size" "${flow_out_type[o]}" || {
      printf 'flow: what %s holds is no %s\n' "$file" "${flow_out_type[o]}"
      flow_fail "bad-value:$name" "$shard_exit"
      return 1
    }
    flow_encode_part "$REPLY"
    shard_values+=,$name=$REPLY
  done
  shard_outputs=${shard_outputs#,} shard_values=${shard_values#,}
}

# The value in a small file: its text without one line break at the end. A NUL, or a text that is too long, is no value.
flow_value_file() {
  (($2 <= 65536)) || return 1
  IFS= read -rd '' REPLY <"$1" || :
  ((${#REPLY} == $2)) || return 1
  REPLY=${REPLY%$'\n'}
  flow_matches "$3" "$REPLY"
}

# Writes the record, makes the directory whole, puts it in its place. STATUS CAUSE
flow_commit() {
  local record try
  flow_remove_links
  [[ $1 != 'done' ]] || flow_keep_reads
  flow_record_line "$1" "$shard_exit" "${shard_outputs:--}" "${shard_values:--}" "$2"
  record=$REPLY
  printf '%s\n' "$record" >"$flow_attempt_dir/.flow" || { flow_fail system "$shard_exit"; return 1; }
  if ((flow_seconds - shard_uptime > 10 || flow_seconds - flow_synced >= 60)); then
    flow_synced=$flow_seconds
    printf '%s\0' "$flow_attempt_dir/.flow" "${shard_files[@]}" "$flow_attempt_dir" | xargs -0 sync --
  fi

  flow_committing=yes
  for ((try = 0; try < 5; try++)); do
    if [[ -e $shard_place ]]; then
      flow_give_way && break
      flow_clear_place "$record"
    fi
    if flow_put_in_place "$try"; then
      flow_journal "$record"
      shard_status=$1
      flow_drop_checkpoint
      break
    fi
  done
  [[ -z ${flow_old_dir-} ]] || { rm -rf -- "$flow_old_dir"; flow_old_dir=''; }
  flow_committing=''
  [[ -z $flow_stopping ]] || flow_stop_now TERM
  [[ $shard_status ]] && return
  printf 'flow: cannot put the result into %s\n' "$shard_place"
  flow_fail system "$shard_exit"
  return 1
}

# Another attempt may have been first: only the last try says why it fails. TRY
flow_put_in_place() {
  if (($1 == 4)); then mv -T -- "$flow_attempt_dir" "$shard_place"
  else mv -T -- "$flow_attempt_dir" "$shard_place" 2>/dev/null; fi
}

# Does what is in the way stay? A result of the same version and inputs was first; a later submission knows better.
flow_give_way() {
  flow_read_record "$shard_place" && [[ ${flow_fields[0]} == @(done|skipped) && ${flow_fields[14]} != "$shard_replaces" ]] || return 1
  if [[ ${flow_fields[3]} == "$shard_version" && ${flow_fields[4]} == "$shard_inputs" ]]; then
    printf 'flow: another attempt was first: %s\n' "${flow_fields[14]}"
    flow_journal "$flow_line"
  elif [[ ${flow_fields[6]} =~ ^[0-9]{1,9}$ ]] && ((10#${flow_fields[6]} > 10#$flow_number)); then
    printf 'flow: a later submission was here: %s\n' "${flow_fields[14]}"
  else
    return 1
  fi
  rm -rf -- "$flow_attempt_dir"
  shard_status=${flow_fields[0]}
}

# Moves what is in the way aside. A result of ours is removed later; anything else is nobody's to remove: work/.aside keeps it.
flow_clear_place() {
  local old
  flow_journal "begin${1#"${1%%$'\t'*}"}"
  if flow_read_record "$shard_place" && ! flow_holds_shards "$shard_place"; then
    flow_old_dir=$flow_attempt_dir.old
    mv -T -- "$shard_place" "$flow_old_dir" 2>/dev/null
  else
    old=work/.aside/$flow_attempt_name
    mkdir -p work/.aside
    mv -T -- "$shard_place" "$old" 2>/dev/null && printf 'flow: what was in %s is now in %s\n' "$shard_place" "$old"
  fi
}

# Are there directories of shards in it? (The call had other axes before.)
flow_holds_shards() {
  local dir
  for dir in "$1"/*=*/; do [[ ! -d $dir ]] || return 0; done
  return 1
}

# The links to code, and folders that were made for them, are no part of the result.
flow_remove_links() {
  local u links=() dirs=()
  flow_leave_checkpoint
  for ((u = flow_call_uses[shard_call_index]; u < flow_call_uses[shard_call_index + 1]; u++)); do
    [[ ! -L $flow_attempt_dir/${flow_uses_path[u]} ]] || links+=("$flow_attempt_dir/${flow_uses_path[u]}")
    [[ ${flow_uses_path[u]} != */* ]] || dirs+=("${flow_uses_path[u]%/*}")
  done
  ((${#links[@]} == 0)) || rm -f -- "${links[@]}"
  ((${#dirs[@]} == 0)) || (cd -- "$flow_attempt_dir" && rmdir -p -- "${dirs[@]}" 2>/dev/null)
}

# A failure: CAUSE EXIT. The attempt's directory stays in work/.failed until the next failure of this shard.
flow_fail() {
  local failed=work/.failed/${shard_place#work/} causes=${flow_call_causes[shard_call_index]}
  [[ -z $causes || $causes == *" ${1%%:*} "* ]] || shard_again=''
  # A signal to the task kills the script, too, and its end may be seen first. So the signal is given time to arrive:
  # its trap ends the task, and nothing is recorded.
  if [[ $2 =~ ^[0-9]+$ && $1 != timeout ]] && (($2 > 128)); then flow_sleep 2; else flow_sleep 0.2; fi
  printf 'flow: failed: %s%s\n' "$1" "${2:+ (exit status $2)}"
  shard_status=failed
  flow_encode "$1"
  flow_record_line failed "$2" - - "$REPLY"
  flow_journal "$REPLY"
  [[ -d $flow_attempt_dir ]] || return 0
  flow_remove_links
  printf '%s\n' "$REPLY" >"$flow_attempt_dir/.flow"
  [[ ! -e $failed ]] || rm -rf -- "$failed"
  mkdir -p -- "${failed%/*}"
  mv -T -- "$flow_attempt_dir" "$failed" 2>/dev/null || rm -rf -- "$flow_attempt_dir"
}

# ---- publish --------------------------------------------------------------------------------------------------------

# Hard links, else copies, of what the program publishes. What is missing is repaired by the next submit.
flow_publish_all() {
  local p name file
  for ((p = flow_call_publishes[shard_call_index]; p < flow_call_publishes[shard_call_index + 1]; p++)); do
    flow_read_record "$shard_place" || return 0
    if [[ ${flow_words[flow_publish_start[p] + flow_publish_count[p] - 1]-} == '*' ]]; then flow_publish_items "$p"; continue; fi
    flow_part "${flow_fields[11]}" "${flow_publish_output[p]}" : || continue
    [[ :$REPLY != "$flow_absent" ]] || continue
    flow_decode "${REPLY%=*}"
    file=$shard_place/$REPLY
    flow_publish_name "$p"
    name=$REPLY
    flow_publish_file "$file" "results/$name" && continue
    printf 'flow: cannot publish %s\n' "$name"
    rm -rf -- "results/.$flow_attempt_name"
  done
}

# A name from its parts. What comes from a value stays within one name: its `/` are written %2F.
flow_publish_name() {
  local w part name=''
  for ((w = flow_publish_start[$1]; w < flow_publish_start[$1] + flow_publish_count[$1]; w++)); do
    part=${flow_words[w]}
    case $part in
      =*) name+=${part#=} ;;
      +*)
        [[ $part =~ ^\+[1-9][0-9]{0,3}$ ]] || continue
        flow_decode "${shard_columns[${part#+} - 1]-}"
        name+=${REPLY//\//%2F}
        ;;
    esac
  done
  name=/$name/
  while [[ $name == */../* ]]; do name=${name/\/..\///%2E./}; done
  while [[ $name == */./* ]]; do name=${name/\/.\///%2E/}; done
  name=${name#/}
  REPLY=${name%/}
}

flow_publish_file() {
  local temporary
  [[ ! $1 -ef $2 ]] || return 0
  [[ -d ${2%/*} ]] || mkdir -p -- "${2%/*}" || return 1
  if [[ ! -e $2 && ! -L $2 && ! -d $1 && ! -L $1 ]]; then
    ln -T -- "$1" "$2" 2>/dev/null && return 0
  fi
  temporary=results/.$flow_attempt_name
  rm -rf -- "$temporary"
  cp -rlT -- "$1" "$temporary" 2>/dev/null || { rm -rf -- "$temporary"; cp -rT -- "$1" "$temporary"; } || return 1
  # A folder cannot be renamed over a folder.
  [[ ! -d $2 || -L $2 ]] || mv -T -- "$2" "$temporary.old"
  mv -T -- "$temporary" "$2" && rm -rf -- "$temporary.old"
}
