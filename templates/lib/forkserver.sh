# shellcheck shell=bash
# forkserver.sh: a bash that has seen nothing of the library, and that scripts are forked from: to start one costs more than what
# many a script does. attempt.sh runs one for each task. A request, on 3, is a line `CALL SHARD ATTEMPT LIMIT WATCH DIR`, separated
# by tabs; the answers, on 4, are the id of the script's process group and, when it has ended, its exit status. With the task the
# requests end, and so does this.

# A signal to all of the task must not leave the task without an answer.
trap '' TERM INT HUP PIPE
# What bash says of jobs, and of a terminal that is not to be had, is put away.
exec 5>&2 2>/dev/null
while IFS=$'\t' read -ru 3 FLOW_CALL FLOW_SHARD FLOW_ATTEMPT flow_limit flow_watch flow_dir; do
  # With job control on, the child gets a process group of its own. Only while it starts: `wait` would return when it is stopped.
  set -m
  # Not in parentheses: there bash 5.2 runs the last command of a sourced file in the place of the shell (`a || b`).
  {
    set +m
    # The watchman hears of it before anything else, by the task's own end of the pipe: where that is gone, nothing may run.
    printf '%s %s\n' "$flow_limit" "$BASHPID" >"$flow_watch" || exit 125
    exec 2>&5 3<&- 4>&- 5>&-
    trap - TERM INT HUP PIPE
    cd -- "$flow_dir" || exit 125
    export FLOW_CALL FLOW_SHARD FLOW_ATTEMPT
    unset -v flow_limit flow_watch flow_dir BASH_EXECUTION_STRING
    SECONDS=0
    set --
    # shellcheck source=/dev/null # the shard's own
    source ./.command.sh
  } &
  set +m
  echo "$!" >&4
  wait "$!"
  echo "$?" >&4
done
