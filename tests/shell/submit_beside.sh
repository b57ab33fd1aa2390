#!/usr/bin/env bash
# --add beside a submission that runs, with what else makes shards hard to know: items that a call makes, outputs that go when
# they are read, and a call that gets another name.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran HOLD=$base/hold
slurm_cluster

compile() { # STATEMENTS IN THE LOOP, STATEMENTS BEHIND IT
  cat >"$project/beside.flow" <<FLOW
process cut() -> (ids: [Int] = lines("ids.txt") expect 1, big: File = "big.txt" temp) {
  script """
    echo cut >> "\$RAN"
    echo big > "\$big"
    seq 1 4 > "\$ids"
  """
}
process work(id: Int, big: File) -> (square: Int) {
  script """
    echo work >> "\$RAN"
    cat "\$big"
    [[ \$id != 2 ]] || while [[ -e \$HOLD ]]; do sleep 0.2; done
    echo "\$((id * id))" > "\$square"
  """
}
process cube(id: Int, square: Int) -> (cube: Int) {
  script """
    echo cube >> "\$RAN"
    echo "\$((id * square))" > "\$cube"
  """
}
process measure(big: File) -> (bytes: File = "bytes.txt") {
  script """
    echo measure >> "\$RAN"
    wc -c < "\$big" > "\$bytes"
  """
}
process list(numbers: [Int]) -> (line: File = "line.txt") {
  script """
    echo list >> "\$RAN"
    echo "\${numbers[*]}" > "\$line"
  """
}
process cubes(numbers: [Int]) -> (line: File = "line.txt") {
  script """
    echo "\${numbers[*]}" > "\$line"
  """
}
workflow {
  c = cut()
  for id in c.ids {
    w = work(id, big: c.big)
    $1
  }
  $2
  squares = list(numbers: w.square)
  publish squares.line as "squares.txt"
}
FLOW
  "$flowc" beside.flow -O0 -o out >/dev/null 2>&1 || not_ok 'it does not compile'
}

: >"$HOLD"
compile '' ''
says 0 ./out/submit.sh
# Of an array of one task for items that were not known the second one holds the others up.
until (($(ran work) >= 2)); do sleep 0.2; done
compile '' 'again = list(numbers: w.square) publish again.line as "again.txt"'
says 1 ./out/submit.sh --add
has 'list is now list.again, and submission 0001 still knows it as list'
ok 'a call of a submission that lives keeps its name'

compile 'k = cube(id, square: w.square)' 'size = measure(big: c.big) publish size.bytes as "size.txt"
  all = cubes(numbers: k.cube) publish all.line as "cubes.txt"'
says 0 ./out/submit.sh --add
until [[ $(ran measure) == 1 ]]; do sleep 0.2; done
rm -- "$HOLD"
drained
same "$(ran cut) $(ran work) $(ran list)" '1 4 1' 'what the first submission holds ran once'
says 0 ./out/submit.sh
drained
says 0 ./out/submit.sh
has 'Nothing to do'
same "$(cat "$run/results/cubes.txt")" '1 8 27 64'
same "$(cat "$run/results/squares.txt")" '1 4 9 16'
same "$(ran cut) $(ran work) $(ran list) $(ran cube)" '1 4 1 4' 'nothing ran twice'
[[ ! -e $run/work/cut/big.txt ]] || not_ok 'what is temporary is still there'
ok 'items of a call, and what is temporary, beside a submission that lives'
