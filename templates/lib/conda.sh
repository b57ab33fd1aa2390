# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# conda.sh: the environment of a script, activated without conda, which need not be on a node and takes a second to start.
# Which one it is, and with what variables, was found at submit (environments.sh): conda.tsv has lines `CALL PREFIX NAME=VALUE…`.

declare -A flow_environments=()                                           # by call, the fields behind it

# The environment is still there. On a slow file system a new one may come late.
flow_has_environment() {
  local prefix
  [[ ${flow_call_conda[shard_call_index]} ]] || return 0
  flow_environment
  prefix=${flow_fields[0]}
  while [[ ! -d $prefix/conda-meta ]]; do
    if ((flow_waited >= flow_wait)); then
      printf 'flow: the environment of %s is gone from %s: submit again\n' "${flow_call_conda[shard_call_index]}" "$prefix"
      shard_cause=no-environment
      return 1
    fi
    flow_sleep 1
    ((++flow_waited))
  done
}

# PREFIX NAME=VALUE… of the shard's call into flow_fields, as they are written there.
flow_environment() {
  local line lines
  if ((${#flow_environments[@]} == 0)); then
    mapfile -t lines <"$flow_submission/conda.tsv"
    for line in "${lines[@]}"; do flow_environments[${line%%$'\t'*}]=${line#*$'\t'}; done
  fi
  flow_split "${flow_environments[$shard_call]-}"
  flow_decode "${flow_fields[0]}"
  flow_fields[0]=$REPLY
}

# What `conda activate` does, as the beginning of .command.sh. It stands before `set -euo pipefail`, which not all scripts of
# activate.d survive, and before the call's own variables.
flow_activation() {
  local field name text='' prefix
  REPLY=''
  [[ ${flow_call_conda[shard_call_index]} ]] || return 0
  flow_environment
  prefix=${flow_fields[0]} name=${flow_fields[0]}
  # It has a name where it lies among others.
  [[ $name != */envs/* || ${name##*/envs/} == */* ]] || name=${name##*/}
  printf -v text '# conda %q, as it would be activated instead of what was active where this was submitted\n' \
    "${flow_call_conda[shard_call_index]}"
  # shellcheck disable=SC2016 # the variables are those of .command.sh
  text+='flow_old=${CONDA_PREFIX:-/-}
for flow_file in "$flow_old"/etc/conda/deactivate.d/*.sh; do [[ ! -r $flow_file ]] || source "$flow_file"; done
flow_old=:$flow_old/bin: PATH=:$PATH:
PATH=${PATH//"$flow_old"/:}
'
  # shellcheck disable=SC2016
  printf -v field 'export PATH=%q/bin${PATH%%:} CONDA_PREFIX=%q CONDA_DEFAULT_ENV=%q CONDA_SHLVL=1\n' "$prefix" "$prefix" "$name"
  text+=$field
  for field in "${flow_fields[@]:1}"; do
    flow_decode "$field"
    printf -v field 'export %s=%q\n' "${REPLY%%=*}" "${REPLY#*=}"
    text+=$field
  done
  # shellcheck disable=SC2016
  text+='for flow_file in "$CONDA_PREFIX"/etc/conda/activate.d/*.sh; do [[ ! -r $flow_file ]] || source "$flow_file"; done
unset -v flow_old flow_file
'
  REPLY=$text
}
