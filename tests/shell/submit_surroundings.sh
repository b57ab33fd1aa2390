#!/usr/bin/env bash
# What the environment of whoever submits may hold changes nothing: not what is done, not what is made, not what is said.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
cat >p.flow <<'FLOW'
process draw(n: Int) -> (text: String = stdout, files: [File] = "part_*") {
  script """
    for each in a b; do echo "$n" >"part_$each"; done
    echo "drawn $n"
  """
}
process gather(texts: [String], files: [File]) -> (all: File = "all.txt") {
  script """
    { printf '%s\n' "${texts[@]}"; cat "${files[@]}"; } >"$all"
  """
}
workflow {
  for n in 0..2 {
    d = draw(n)
  }
  g = gather(texts: d.text, files: d.files)
  publish g.all
}
FLOW
"$flowc" p.flow -o out >"$base/said" 2>&1 || not_ok 'it does not compile'
all=$'drawn 0\ndrawn 1\n0\n0\n1\n1'

# A file as BASH_ENV names it, with what people have in a .bashrc.
cat >"$base/bash_env" <<'SH'
set -o noclobber
shopt -s dotglob failglob nocasematch nullglob
alias ls='ls -la --color=always'
export CDPATH=.:/
SH
same_in() { # ENVIRONMENT…
  rm -rf -- out/run
  says 0 env "$@" bash out/submit.sh --local
  lacks 'not done'
  same "$(cat "$run/results/all.txt")" "$all" "$*"
  says 0 env "$@" bash out/submit.sh --status
  says 0 env "$@" bash out/submit.sh --local
  same "$(cat "$base/said")" 'Nothing to do: all shards are done.' "$*"
}
same_in CDPATH=.:/
ok 'CDPATH'
same_in BASH_ENV="$base/bash_env"
same_in SHELLOPTS=noclobber BASHOPTS=failglob:nullglob:dotglob:nocasematch
ok 'options of bash'
same_in QUOTING_STYLE=c LS_COLORS='di=01;34' TIME_STYLE=long-iso BLOCK_SIZE=1K POSIXLY_CORRECT=1
ok 'how ls quotes'
same_in -u HOME -u USER -u LOGNAME TZ=Asia/Kathmandu
ok 'no HOME, another TZ'
says 1 env TMPDIR=/nowhere bash out/submit.sh --status
same "$(cat "$base/said")" 'submit.sh: no temporary folder can be made in /nowhere: is it there, writable and not full? TMPDIR names another'
ok 'a TMPDIR that is gone'
