#!/usr/bin/env bash
# What a shard can do without may fail: the second of two sources, and what a condition keeps it from reading. SLURM must not
# take the shard away for that.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
slurm_cluster

compile() { # WHAT FLAT DOES FOR 2
  cat >"$project/without.flow" <<FLOW
process judge(x: Int) -> (score: Int) {
  script """
    echo "\$x" > "\$score"
  """
}
process deep(x: Int) -> (n: Int) {
  script """
    echo "\$((x * 10))" > "\$n"
  """
}
process flat(x: Int) -> (n: Int) {
  script """
    [[ \$x != 2 ]] || $1
    echo "\$x" > "\$n"
  """
}
process show(n: Int) -> (line: File = "line.txt") {
  script """
    echo "\$n" > "\$line"
  """
}
process list(ns: [Int]) -> (line: File = "line.txt") {
  script """
    echo "\${ns[*]}" > "\$line"
  """
}
workflow {
  for x in [1, 2, 3] {
    j = judge(x)
    if j.score > 1 {
      d = deep(x)
    }
    f = flat(x)
    if j.score > 2 {
      e = deep(x: f.n)
    }
    s = show(n: d.n ?? f.n)
    publish s.line as "{x}.txt"
  }
  all = list(ns: e.n)
  publish all.line as "all.txt"
}
FLOW
  "$flowc" without.flow -O0 -o out >/dev/null 2>&1 || not_ok 'it does not compile'
}

compile true
says 0 ./out/submit.sh --local
compile 'exit 4'
says 0 ./out/submit.sh
drained
says 1 ./out/submit.sh --status
grep -qE '^flat +2 +0 +0 +1 +0 +0' "$base/said" || not_ok 'one shard failed'
lacks 'blocked by flat'
same "$(cat "$run/results/2.txt") $(cat "$run/results/all.txt")" '20 30'
ok 'what failed is no source of what stands there'
