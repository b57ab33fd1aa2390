# shellcheck shell=bash
# lock.sh: one submit.sh at a time in a run folder. The lock is the folder state/lock; its file `owner` says who has it.

lock_held=''

lock_take() {
  local mine=$state/.lock.$HOSTNAME.$$ host user pid
  [[ ! -e $mine ]] || rm -rf -- "$mine"
  mkdir -- "$mine"
  printf '%s %s %s\n' "$HOSTNAME" "${USER:-${LOGNAME:-$EUID}}" "$$" >"$mine/owner"
  for _ in 1 2 3; do
    # A rename onto a folder that is not empty fails: that is what makes it a lock.
    if mv -T -- "$mine" "$state/lock" 2>/dev/null; then
      lock_held=1
      lock_sweep
      return
    fi
    read -r host user pid 2>/dev/null <"$state/lock/owner" || continue
    if [[ $host != "$HOSTNAME" ]] || submit_lives "$pid"; then break; fi
    lock_break "$pid"
  done
  rm -rf -- "$mine"
  die "another submit.sh is at work here (process ${pid:-?} of ${user:-?} on ${host:-?})." \
    "If it is not: rm -r '${state//\'/\'\\\'\'}/lock'"
}

# Is this process of this host a submit.sh? Its number may have gone to another program since.
submit_lives() {
  [[ $1 =~ ^[0-9]+$ && -r /proc/$1/cmdline ]] && tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -q 'submit\.sh'
}

# Takes the lock of a process that is gone out of the way, unless somebody else has just done so.
lock_break() {
  local gone=$1 aside=$state/.lock.$HOSTNAME.broken.$$ pid
  mv -T -- "$state/lock" "$aside" 2>/dev/null || return 0
  read -r _ _ pid <"$aside/owner" || pid=''
  if [[ $pid == "$gone" ]]; then rm -rf -- "$aside"
  else mv -T -- "$aside" "$state/lock" 2>/dev/null || true; fi
}

# What processes of this host left that were killed while they took or dropped the lock.
lock_sweep() {
  local left
  for left in "$state/.lock.$HOSTNAME".*; do
    [[ ! -d $left ]] || submit_lives "${left##*.}" || rm -rf -- "$left"
  done
}

# Out of the way first: another may take the lock while a folder is being removed.
lock_drop() {
  local aside=$state/.lock.$HOSTNAME.$$
  [[ -z $lock_held ]] || { mv -T -- "$state/lock" "$aside" && rm -rf -- "$aside"; } || true
  lock_held=''
}
