#!/usr/bin/env bash
# More than a thousand calls of one process, and a gather over all of them: what is decided, by each awk; the records of all, a
# journal each, and the gate of the gather, by mawk, which has the narrowest limits (open files, fields, what is formatted).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
# shellcheck source-path=SCRIPTDIR source=fake_slurm_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/fake_slurm_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
calls=1010
fresh
fake_slurm

{
  cat <<'FLOW'
process part(x: Int) -> (o: File = "o.txt") {
  cost 1s
  time 1m
  script """
    echo "$x" >"$o"
  """
}
process all(parts: [File]) -> (t: File = "t.txt") {
  time 1m
  script """
    cat "${parts[@]}" | awk '{ n += $1 } END { print NR, n }' >"$t"
  """
}
workflow {
FLOW
  seq "$calls" | awk '{ print "  a" $1 " = part(x: " $1 ")"; all = all (NR > 1 ? ", " : "") "a" $1 ".o" } END { print "  sum = all(parts: [" all "])" }'
  printf '  publish sum.t\n}\n'
} >many.flow
"$flowc" many.flow -o out >/dev/null 2>&1 || not_ok 'it does not compile'

# What a task of its own would have left of each call: a directory and a journal with the record in it.
made_by_tasks() { # SUBMISSION
  local list job call dir version inputs id record
  list=("$1"/lists/*part*.tsv)
  job=${list[0]##*/} job=${job%.tsv}
  (cd -- "$run/work" && cut -f 2 "${list[0]}" | xargs mkdir --)
  while IFS=$'\t' read -r _ call dir version inputs id _; do
    echo "${call##*.a}" >"$run/work/$call/o.txt"
    printf -v record 'done\t%s\t%s\t%s\t%s\t%s\t%s\t1\t1\t2\t0\to:o.txt=%s\t-\t-\t%s.x\tn1\t-\t.' "$call" "$dir" "$version" "$inputs" \
      "$id" "${1##*/}" "$((${#call} - 5))" "$call"
    printf '%s\n' "$record" >"$run/work/$call/.flow"
    printf '%s\n' "$record" >"$run/state/journal/${1##*/}.$job.$call.0.n1.1.tsv"
  done <"${list[0]}"
}

use() { # AWK
  printf '#!/bin/sh\nexec %s "$@"\n' "$1" >"$base/bin/awk"
  chmod +x "$base/bin/awk"
}
asked() { # NAME: what is decided and said now
  says 0 ./out/submit.sh --dry-run
  cp -- "$base/said" "$base/$1.plan"
}
awks=()
for awk in mawk 'gawk --posix'; do if type -P "${awk%% *}" >/dev/null; then awks+=("$awk"); fi; done
((${#awks[@]})) || not_ok 'no awk'
for awk in "${awks[@]}"; do use "$awk"; asked "first.${awk%% *}"; done
same "$(cat "$base"/first.*.plan | sort | uniq -c | awk -v n="${#awks[@]}" '$1 % n')" '' 'the first plan'
ok "$calls calls are planned alike"

# The narrowest of them does all.
use "${awks[0]}"
says 0 ./out/submit.sh
made_by_tasks "$run/state/submissions/0001"
# The gather alone is left to run: its gate asks for the records of all.
IFS=$'\t' read -r _ _ _ _ _ _ script folder _ < <(grep -P '\t02-all$' "$base/queue")
says 0 env SLURM_ARRAY_TASK_ID=0 bash "$script" "$folder" 02-all
same "$(cat "$run/results/t.txt")" "$calls $((calls * (calls + 1) / 2))" 'the gather'
: >"$base/queue"
says 0 ./out/submit.sh
has 'Nothing to do: all shards are done.'
same "$(find "$run/state/records" -name 'part.*.tsv' | wc -l)" "$calls" 'records of all calls'
ok "$calls calls are recorded and gathered"

# What is gone is missed by each.
rm -r -- "$run/work/part.a$calls"
for awk in "${awks[@]}"; do use "$awk"; asked "again.${awk%% *}"; done
same "$(cat "$base"/again.*.plan | sort | uniq -c | awk -v n="${#awks[@]}" '$1 % n')" '' 'the plan of what is gone'
has ": 1 task"
ok 'one of them is made again'
