#!/usr/bin/env bash
# Calls with a new name: what they had made is theirs, and nothing runs again; also after a kill in the middle of it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran

compile() { # PROCESS CLAUSE STATEMENTS
  cat >"$project/names.flow" <<FLOW
process $1(n: Int) -> (out: File = "out.txt") {
  $2
  script """
    echo run >> "\$RAN"
    echo "\$n" > "\$out"
  """
}
process all(parts: [File]) -> (out: File = "all.txt") {
  script """
    cat "\${parts[@]}" > "\$out"
  """
}
workflow {
  $3
  total = all(parts: first.out)
  publish total.out
}
FLOW
  "$flowc" names.flow -O0 -o out >/dev/null 2>&1 || not_ok 'it does not compile'
}
first='for n in 0..3 { first = make(n) }'
second='for m in 7..9 { second = make(n: m) publish second.out as "{m}.txt" }'

compile make '' "$first"
says 0 ./out/submit.sh --local
same "$(ran run)" 3
compile make '' "$second $first"
says 0 ./out/submit.sh --dry-run
has 'make is now make.first'
says 0 ./out/submit.sh --local
has 'make is now make.first'
same "$(ran run)" 5 'only the second call runs'
[[ -d $run/work/make.first && ! -e $run/work/make ]] || not_ok 'the folder'
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'a second call of a process'

compile make '' "$first"
says 0 ./out/submit.sh --local
has 'make.first is now make'
same "$(ran run)" 5
ok 'one call again'

compile made 'was "make"' "${first//make/made}"
says 0 ./out/submit.sh --local
has 'make is now made'
has 'Nothing to do'
same "$(ran run)" 5
ok 'a process that was called otherwise'

# Killed when the records are there under the new name and the folder is not yet moved.
compile make 'was "made"' "$first"
sed 's/\tmade\t/\tmake\t/' "$run/state/records/made.tsv" >"$run/state/records/make.tsv"
says 0 ./out/submit.sh --local
has 'made is now make'
has 'Nothing to do'
same "$(ran run)" 5
ok 'killed in between'
