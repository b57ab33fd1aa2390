#!/usr/bin/env bash
# Loops over what a process makes: far more items than expected, one of which fails; none; and nothing that is done runs again.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran

cat >"$project/made.flow" <<'FLOW'
process number(count: File) -> (ids: [Int] = lines("ids.txt") expect 2) {
  script """
    seq "$(cat "$count")" > "$ids"
  """
}
process twice(id: Int) -> (value: Int = stdout) {
  script """
    echo "twice $id" >> "$RAN"
    [[ $id != 7 || -e $RAN.well ]] || exit 4
    printf %s $((id * 2))
  """
}
process total(values: [Int]) -> (sum: File = "sum.txt") {
  script """
    echo "${#values[@]}: ${values[*]}" > "$sum"
  """
}
workflow {
  numbers = number(count: "count.txt")
  for id in numbers.ids {
    double = twice(id)
  }
  all = total(values: double.value)
  publish all.sum as "sum.txt"
}
FLOW
echo 12 >"$project/count.txt"
(cd "$project" && "$flowc" made.flow -O0 -o out >/dev/null 2>&1) || not_ok 'it does not compile'
says 1 ./out/submit.sh --local
has 'total: 1 blocked by twice[id=7]'
same "$(ran twice)" 12 'all items run, in two tasks'
same "$(cut -f1 "$run/state/submissions/0001/lists/"*twice.tsv | sort -u | tr '\n' ' ')" '0 1 '
says 0 ./out/submit.sh --log 'twice[id=8]'
touch "$RAN.well"
says 0 ./out/submit.sh --local
same "$(ran twice)" 13 'only what failed runs again'
same "$(cat "$run/results/sum.txt")" '12: 2 4 6 8 10 12 14 16 18 20 22 24'
rm -r "$run/work/number"
says 0 ./out/submit.sh --local
same "$(ran twice)" 13 'made again from the same, it leaves what was made from it'
ok 'more items than expected, a failure, a lost list'

echo 0 >"$project/count.txt"
says 0 ./out/submit.sh --local
same "$(cat "$run/results/sum.txt")" '0: '
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'no items'
