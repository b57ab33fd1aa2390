# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# watch.sh: the time limit of a script. One watchman serves a task, since `timeout` would be two processes a shard: it reads
# `SECONDS GROUP` from a pipe when a script begins, and an empty line when it has ended; where that one does not come in
# time, it ends the process group. With the task the pipe goes, and the watchman with it.

flow_watch='' flow_watch_fired=''

# Where this call has a limit: the watchman is there.
flow_watch_ready() {
  flow_watch_fired=''
  ((flow_call_time[shard_call_index] > 0)) || return 0
  [[ $flow_watch ]] && kill -0 "$flow_watch_process" 2>/dev/null && return
  exec {flow_watch}> >(flow_watchman)
  flow_watch_process=$!
}

flow_watchman() {
  local seconds group
  # It ends when the task has: a signal to all of the task must not let a script go on without a limit.
  trap '' TERM INT HUP
  exec >/dev/null 2>&1
  while read -r seconds group; do
    read -rt "$seconds" && continue
    (($? > 128)) || return
    kill -TERM -- "-$group"
    kill -CONT -- "-$group"
    read -rt 30 && continue
    (($? > 128)) || return
    kill -KILL -- "-$group"
    read -r || return
  done
}

flow_watch_begin() {
  ((flow_call_time[shard_call_index] == 0)) || printf '%s %s\n' "${flow_call_time[shard_call_index]}" "$flow_child" >&"$flow_watch"
}

# Was it the watchman who ended the script? Then it had all its time: whatever it says of its end is not believed.
flow_watch_end() {
  ((flow_call_time[shard_call_index] > 0)) || return 1
  printf '\n' >&"$flow_watch"
  flow_uptime
  ((flow_hundredths - shard_hundredths >= flow_call_time[shard_call_index] * 100)) && flow_watch_fired=yes
}

# Scripts do not see the pipe: one that goes on after its task would keep the watchman.
flow_watch_close() { [[ -z $flow_watch ]] || exec {flow_watch}>&-; }
