#!/usr/bin/env bash
# A script in a fork finds what it finds in a shell of its own, and nothing of the library or of the shard before it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin fork $'a\ttab'
echo 'false || sleep 0.01' >"$submission/code/helper.sh"
# Both write what they see; the second asks for its own id, and so has a shell of its own.
{
  for call in forked alone; do
    printf 'flow_call %s\nflow_item n Int\nflow_output o File o.txt\nflow_uses helper.sh\nflow_time 600\nflow_script bash <<'"'FLOW'\n" "$call"
    cat <<'FLOW'
# The last command of a file that is sourced is not the script's last.
source ./helper.sh
# Its clock is as old as its process, not as the fork server: nothing else can make it two seconds older.
clock=$SECONDS ticks=$(getconf CLK_TCK)
read -ra process <"/proc/$BASHPID/stat"
read -r uptime _ </proc/uptime
((clock - (${uptime%.*} - process[21] / ticks) < 2)) && clock='its own'
unset -v ticks process uptime
{
  # A fork has the c of `bash -c`, too.
  echo "$0 $# ${BASH_SOURCE[0]##*/} ${-/c/} $SHELLOPTS"
  set +e
  compgen -v | grep -vx 'BASH_.*\|SECONDS\|RANDOM\|EPOCH.*\|PIPESTATUS\|_\|SHLVL\|PP[I]D\|SRANDOM\|COPROC\|IFS\|OPT.*'
  compgen -A function
  compgen -A variable FLOW | while read -r name; do echo "$name=${!name}"; done
  shopt
  trap
  umask
  ulimit -a
  pwd -P
  echo "LC_ALL=${LC_ALL-unset}, PATH=$PATH, home is $HOME, the clock is $clock, ${left-nothing left}"
  readlink "/proc/$BASHPID/fd/0"
  for fd in "/proc/$BASHPID/fd/"*; do [[ ${fd##*/} == 255 ]] || echo "${fd##*/}"; done
} | sed "s/forked\|alone/CALL/; s/[.][0-9]*$//" >"$o"
left=something
# The server grows older than what it forks next.
[[ $FLOW_SHARD != n=1 ]] || sleep 3
cd /
trap 'echo trapped >>"$o"' EXIT
set +e
(sleep 600; echo late >>"$o") &
(exit 5)
exit 0
FLOW
    [[ $call == forked ]] || echo "# \$\$"
    printf 'FLOW\n\n'
  done
} | job 01-both
for n in 1 2; do
  work 01-both 0 forked "n=$n" "n=$n" - "$n"
  work 01-both 0 alone "n=$n" "n=$n" - "$n"
done
(
  export LC_ALL=C.UTF-8
  cd "$top" && task 01-both 0
  echo "$status" >"$top/status"
)
is "$(cat "$top/status")" 0 'status'
for n in 1 2; do
  diff "$run/work/forked/n=$n/o.txt" "$run/work/alone/n=$n/o.txt" >"$top/difference" ||
    fail "n=$n: forked < > alone"$'\n'"$(cat "$top/difference")"
done
end
