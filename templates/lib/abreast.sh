# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# abreast.sh: tasks side by side in one element of an array.

# An element of several tasks: each is a process of its own with its own log and journal, as if it were an element. It ends
# well if one of them does.
flow_element() { # SUBMISSION JOB
  local task pid status well=1 logs=${1%/state/submissions/*}/logs/${1##*/}.$2
  [[ ${SLURM_ARRAY_TASK_ID-} =~ ^[0-9]{1,9}$ ]] || flow_die 'no array index: SLURM_ARRAY_TASK_ID is not set'
  flow_share_out
  flow_element_tasks=() flow_stopping=''
  trap 'flow_pass_on TERM 143' TERM
  trap 'flow_pass_on INT 130' INT
  trap 'flow_pass_on HUP 129' HUP
  # With job control on, each leads a process group of its own, and none ignores an interrupt.
  { set -m; } 2>/dev/null
  for ((task = SLURM_ARRAY_TASK_ID * flow_abreast; task < (SLURM_ARRAY_TASK_ID + 1) * flow_abreast; task++)); do
    (
      { set +m; } 2>/dev/null
      flow_one_task "$@" "$task"
    ) </dev/null >>"$logs.$task.log" 2>&1 &
    flow_element_tasks+=("$!")
  done
  { set +m; } 2>/dev/null
  [[ ! $flow_stopping ]] || flow_pass_on TERM "$flow_stopping"
  for pid in "${flow_element_tasks[@]}"; do
    # A signal ends the wait, not the task.
    while wait "$pid"; status=$?; ((status > 128)) && kill -0 "$pid" 2>/dev/null; do :; done
    ((status != 0)) || well=0
  done
  exit "${flow_stopping:-$well}"
}

flow_pass_on() { # SIGNAL STATUS
  flow_stopping=$2
  ((${#flow_element_tasks[@]} == 0)) || kill "-$1" "${flow_element_tasks[@]}" 2>/dev/null
}

# What scripts are told of the element is a task's part of it.
flow_share_out() {
  local name
  for name in SLURM_CPUS_PER_TASK SLURM_CPUS_ON_NODE SLURM_MEM_PER_NODE; do
    [[ ! ${!name-} =~ ^[1-9][0-9]{0,8}$ ]] || printf -v "$name" %s "$((${!name} / flow_abreast))"
  done
}
