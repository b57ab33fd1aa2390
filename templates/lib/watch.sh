# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# watch.sh: no script outlives its time limit, or its task. One watchman serves a task, since `timeout` would be two processes
# a shard: it reads `SECONDS GROUP` from a pipe when a script begins (0: it has no limit), and an empty line when it has ended;
# where that one does not come in time, it ends the process group. With the task the pipe ends: nothing can come of a script
# that still runs then, so it is ended, too. A watchman who was killed must not take the task with him: that ignores SIGPIPE.

flow_watch='' flow_watch_process='' flow_watch_fired=''

# The watchman is there.
flow_watch_ready() {
  flow_watch_fired=''
  [[ $flow_watch ]] && kill -0 "$flow_watch_process" 2>/dev/null && return
  exec {flow_watch}> >(flow_watchman)
  flow_watch_process=$!
}

flow_watchman() {
  local limit group
  # It ends when the task has: a signal to all of the task must not let a script go on unwatched.
  trap '' TERM INT HUP
  exec >/dev/null 2>&1 {flow_stderr}>&-
  while read -r limit group; do
    [[ $group ]] || continue
    # To read for 0 seconds would only be a look at the pipe. At its end no read waits: the script is killed at once.
    if ((limit > 0)); then read -rt "$limit"; else read -r; fi && continue
    kill -TERM -- "-$group"
    kill -CONT -- "-$group"
    read -rt 30 && continue
    kill -KILL -- "-$group"
    read -r
  done
}

# Was it the watchman who ended the script? Then it had all its time: whatever it says of its end is not believed.
flow_watch_end() {
  printf '\n' >&"$flow_watch"
  ((flow_call_time[shard_call_index] > 0)) || return 1
  flow_uptime
  ((flow_hundredths - shard_hundredths >= flow_call_time[shard_call_index] * 100)) && flow_watch_fired=yes
}
