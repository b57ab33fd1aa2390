# shellcheck shell=bash disable=SC2154,SC2034 # a part of submit.sh: variables are set in one part and used in another
# lock.sh: one submit.sh at a time in a folder. The lock is the folder `lock` in it (state/lock); its file `owner` says who has it.

locks=()                                  # the folders whose lock is held

# Takes the lock of a folder. FALSE if somebody has it: lock_user on lock_host, in process lock_pid.
lock_try() { # FOLDER
  local mine=$1/.lock.$HOSTNAME.$$
  lock_host='' lock_user='' lock_pid=''
  [[ ! -e $mine ]] || rm -rf -- "$mine"
  { mkdir -- "$mine" && printf '%s %s %s\n' "$HOSTNAME" "${USER:-${LOGNAME:-$EUID}}" "$$" >"$mine/owner"; } || exit 1
  for _ in 1 2 3; do
    # A rename onto a folder that is not empty fails: that is what makes it a lock.
    if mv -T -- "$mine" "$1/lock" 2>/dev/null; then
      locks+=("$1")
      lock_sweep "$1"
      return 0
    fi
    read -r lock_host lock_user lock_pid 2>/dev/null <"$1/lock/owner" || continue
    if [[ $lock_host != "$HOSTNAME" ]] || submit_lives "$lock_pid"; then break; fi
    lock_break "$1" "$lock_pid"
  done
  rm -rf -- "$mine"
  return 1
}

# That of the run folder, without which nothing is done.
lock_take() {
  lock_try "$state" || die "another submit.sh is at work here (process ${lock_pid:-?} of ${lock_user:-?} on ${lock_host:-?})." \
    "If it is not: rm -r '${state//\'/\'\\\'\'}/lock'"
}

# Is this process of this host a submit.sh? Its number may have gone to another program since.
submit_lives() {
  [[ $1 =~ ^[0-9]+$ && -r /proc/$1/cmdline ]] && tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -q 'submit\.sh'
}

# Takes the lock of a process that is gone out of the way, unless somebody else has just done so.
lock_break() { # FOLDER PID
  local aside=$1/.lock.$HOSTNAME.broken.$$ pid
  mv -T -- "$1/lock" "$aside" 2>/dev/null || return 0
  read -r _ _ pid <"$aside/owner" || pid=''
  if [[ $pid == "$2" ]]; then rm -rf -- "$aside"
  else mv -T -- "$aside" "$1/lock" 2>/dev/null || true; fi
}

# What processes of this host left that were killed while they took or dropped the lock.
lock_sweep() { # FOLDER
  local left
  for left in "$1/.lock.$HOSTNAME".*; do
    [[ ! -d $left ]] || submit_lives "${left##*.}" || rm -rf -- "$left"
  done
}

# Out of the way first: another may take the lock while a folder is being removed.
lock_drop() { # FOLDER
  local folder aside=$1/.lock.$HOSTNAME.$$ others=()
  for folder in ${locks[@]+"${locks[@]}"}; do
    if [[ $folder != "$1" ]]; then others+=("$folder"); continue; fi
    { mv -T -- "$folder/lock" "$aside" && rm -rf -- "$aside"; } || true
  done
  locks=(${others[@]+"${others[@]}"})
}

lock_drop_all() {
  local folder
  for folder in ${locks[@]+"${locks[@]}"}; do lock_drop "$folder"; done
}
