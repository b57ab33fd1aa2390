# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# ignore.sh: `on failure ignore`: what a gate does where something failed for good. Gathers go on with what there is, and
# what they make bears a mark: `~` and a hash of what they went without, behind the input and behind the id. So it is known
# from what would have been made of everything, and so is all that is made from it.

# Something is missing. 0: the gate is asked again, with the policies; 4: the shard is left out; 1: it is blocked.
flow_ignored() {
  local root=$gate_call c
  flow_policies
  [[ $flow_policy && -z $gate_path ]] || return 1
  # What a rung of this very job may still mend is not over.
  if ((flow_rungs_behind > 0)); then
    for c in "${flow_calls[@]}"; do [[ $c != "$gate_call" ]] || return 1; done
  fi
  if [[ -z $gate_single$flow_lenient ]]; then
    flow_lenient=$flow_policy
    return 0
  fi
  if [[ -z $gate_why ]]; then
    # There is no record of its end: the queue knows whether there will be one.
    [[ -z $flow_gone && ";$flow_policy" == *";$gate_call="* ]] && flow_is_gone "$gate_call" || return 1
    printf 'flow: %s[%s] is lost: its job is gone, and there is no record of its end\n' "$gate_call" "$gate_dir"
    flow_gone=1 gate_why=failed
    [[ $gate_single ]] || return 0
  fi
  [[ $gate_single ]] || return 1
  shard_cause="${gate_call}[$gate_dir]"
  case $gate_why in
    failed*) ;;
    left-out\ *) shard_cause=${gate_why#left-out (} shard_cause=${shard_cause%)} root=${shard_cause%%\[*} ;;
    *) return 1 ;;
  esac
  [[ ";$flow_policy" == *";$root="* ]] || return 1
  return 4
}

# `CALL=PERCENT;…` of the processes whose failures may be ignored.
flow_policies() {
  local word call percent
  [[ ! ${flow_policy+is} ]] || return 0
  flow_policy=''
  while IFS=$'\t' read -r word call percent; do
    [[ $word != ignore ]] || flow_policy+="$call=$percent;"
  done <"$flow_submission/plan.tsv"
}

# Has the job of a call, with its rungs, left the queue? It is asked once. Without SLURM what is waited for has ended.
flow_is_gone() {
  local ids job id states
  [[ ! -e $flow_submission/local ]] || return 0
  flow_job_of "$1"
  ids=''
  while IFS=$'\t' read -r job id _; do
    [[ $job != "$REPLY" && $job != "$REPLY".rung* ]] || ids+=,$id
  done <"$flow_submission/jobs.tsv"
  [[ $ids ]] || return 1
  # An id that the queue has forgotten is an error of squeue, and a job that has ended.
  states=$(timeout 120 squeue --noheader --states=all --jobs="${ids#,}" --format=%T 2>&1) ||
    [[ $states == *'Invalid job id'* ]] || return 1
  ! grep -qE '^(PENDING|RUNNING|SUSPENDED|COMPLETING|CONFIGURING|REQUEUED|REQUEUE_HOLD|RESIZING|SIGNALING|STOPPED)' <<<"$states"
}

# Is a marked record one of this submission? Of an earlier one it says nothing.
flow_is_todays() { # CALL DIR ID
  local answer
  flow_job_of "$1"
  answer=$(flow_journals "$REPLY" |
    GATE=today GATE_CALL=$1 GATE_SELECT=$2 GATE_ID=$3 GATE_SUBMISSION=$flow_number \
      awk -f "$flow_lib/records.awk" -f "$flow_lib/made.awk" -f "$flow_lib/gate.awk")
  [[ $answer == yes ]]
}

# Marks the inputs that went without something, and the id. Then what is there may be just that: 0.
flow_mark() {
  local mark list=,$shard_line_inputs, all=''
  for mark in "${flow_marks[@]}"; do
    flow_part "$shard_line_inputs" "${mark%%=*}" = || continue
    list=${list/",${mark%%=*}=$REPLY,"/",${mark%%=*}=$REPLY~${mark#*=},"}
    all+=+${mark#*=}
  done
  list=${list#,}
  shard_inputs=${list%,} shard_id=$shard_line_id~${all#+}
  flow_left && return 0
  # The gate's answers went with the question.
  flow_inputs
  return 1
}

# A shard that is not to run, since what it reads failed and that is to be ignored.
flow_leave_out() {
  printf 'flow: left out: %s failed, which is ignored\n' "$shard_cause"
  shard_status=left-out shard_start=''
  flow_encode "$shard_cause"
  flow_record_line left-out - - - "$REPLY"
  flow_journal "$REPLY"
}
