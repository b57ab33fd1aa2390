#!/usr/bin/env bash
# Code, sources and the program change, and are compiled again, while jobs run: those go on with what they were submitted with, and
# the next submission makes just what is not of today.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran HOLD=$base/hold
# shellcheck disable=SC2119
slurm_cluster

# Seed 0 is held in the middle of its script; of seeds that a node has no place for, the tasks begin later.
program() { # SEEDS
  cat >"$project/meanwhile.flow" <<FLOW
param seeds: [Int] = 0..$1
param table: File = "table.txt"
process work(seed: Int, table: File) -> (line: File = "line.txt") {
  uses "work.sh"
  script """
    echo "work \$seed" >> "\$RAN"
    [[ \$seed != 0 ]] || while [[ -e \$HOLD ]]; do sleep 0.2; done
    bash work.sh "\$seed" "\$table" > "\$line"
  """
}
process all(lines: [File]) -> (text: File = "all.txt") {
  script """
    echo all >> "\$RAN"
    cat "\${lines[@]}" > "\$text"
  """
}
workflow {
  for seed in seeds { w = work(seed, table) }
  a = all(lines: w.line)
  publish a.text
}
FLOW
}
compile() { "$flowc" meanwhile.flow -o out >"$base/said" 2>&1 || not_ok 'it does not compile'; }
all() { paste -sd ' ' "$run/results/all.txt"; }
# Submits; then seed 0 is held, all others are done, and so many were begun in all.
submit_held() { # BEGUN
  : >"$HOLD"
  says 0 ./out/submit.sh
  until (($(ran work) == $1)); do sleep 0.2; done
  until [[ $(squeue --noheader --array --states=RUNNING,COMPLETING | wc -l) == 1 ]]; do sleep 0.2; done
}

program 3
# shellcheck disable=SC2016 # for the script
echo 'echo "one:$1:$(cat "$2")"' >work.sh
echo a >table.txt
compile
submit_held 3

# An edit that is not compiled: refused, and nobody is disturbed. One that is: it waits.
sed -i 's/one/two/' work.sh
says 1 ./out/submit.sh --add
has 'work.sh'
program 4
compile
says 1 ./out/submit.sh
has 'is still queued or running'
says 3 ./out/submit.sh --status
grep -qE '^work +2 +1 +0 +0 +0 +0$' "$base/said" || not_ok 'the table is that of what runs'
rm -- "$HOLD"
drained
same "$(all)" 'one:0:a one:1:a one:2:a' 'jobs run with the code of their submission, whatever was compiled since'
says 3 ./out/submit.sh --status --why
has 'work: 3: version changed: work.sh'
has 'work: 1: never ran'
says 0 ./out/submit.sh
drained
same "$(all)" 'two:0:a two:1:a two:2:a two:3:a'
same "$(ran work) $(ran all)" '7 2'
ok 'code that is edited and compiled while jobs run'

# A source that changes while it is read: what began before is not of today, and is not taken for it.
sed -i 's/two/three/' work.sh
compile
submit_held 11
echo b >table.txt
rm -- "$HOLD"
drained
same "$(all)" 'two:0:a two:1:a two:2:a two:3:a' 'a list with a part that is not of today is not made'
says 0 ./out/submit.sh
drained
same "$(all)" 'three:0:b three:1:b three:2:b three:3:b'
same "$(ran work) $(ran all)" '15 3'
says 0 ./out/submit.sh
has 'Nothing to do'
ok 'a source that changes while jobs run'

# The edit is taken back before the next submission: what was made before it is of today again.
cp -- work.sh work.before
sed -i 's/three/four/' work.sh
compile
submit_held 19
says 0 ./out/submit.sh --cancel
drained
rm -- "$HOLD"
mv -- work.before work.sh
compile
says 0 ./out/submit.sh
drained
same "$(all)" 'three:0:b three:1:b three:2:b three:3:b'
same "$(ran work)" 22 'the shard that was cut off had kept its result'
ok 'an edit that is taken back while jobs run'
