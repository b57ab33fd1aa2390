#!/usr/bin/env bash
# Temporary outputs: gone when all that reads them is done, there again when something pending reads them, kept by failures;
# and nothing is lost where a task is killed between two steps of it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran FAIL=$base/fail

compile() { # MORE STATEMENTS
  cat >"$project/temps.flow" <<FLOW
process make(n: Int) -> (big: File = "big.txt" temp, small: File = "small.txt") {
  script """
    echo make >> "\$RAN"
    echo "\$n" > "\$big"
    echo "\$n" > "\$small"
  """
}
process use(big: File, who: String) -> (out: File = "out.txt") {
  script """
    echo "use\$who" >> "\$RAN"
    [[ ! -e "\$FAIL" || "\$(cat "\$big")" != 1 ]]
    cat "\$big" > "\$out"
  """
}
process all(parts: [File], more: [File]) -> (out: File = "all.txt") {
  script """
    cat "\${parts[@]}" "\${more[@]}" > "\$out"
  """
}
workflow {
  for n in 0..3 {
    made = make(n)
    first = use(big: made.big, who: "first")
    second = use(big: made.big, who: "second")
  }
  total = all(parts: first.out, more: second.out)
  publish total.out
  ${1-}
}
FLOW
  "$flowc" temps.flow -O0 -o out >/dev/null 2>&1 || not_ok 'it does not compile'
}
bigs() { (cd "$run/work/make" && printf '%s ' n=*/big.txt); }

compile
touch "$FAIL"
says 1 ./out/submit.sh --local
same "$(bigs)" 'n=1/big.txt ' 'what a failure reads is kept'
same "$(ran make)" 3
ok 'gone when all that reads it is done; a failure keeps it'

rm "$FAIL"
says 0 ./out/submit.sh --local
same "$(bigs)" 'n=*/big.txt '
same "$(ran make)" 3 'nothing was made again'
same "$(cat "$run/results/all.txt")" $'0\n1\n2\n0\n1\n2'
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'a shard without its temporary file stays done'

compile 'third = use(big: made.big[2], who: "third")
  publish third.out'
says 0 ./out/submit.sh --dry-run
has 'make: 2 of 3 done, 1 would run'
has 'big was temporary, and is read again'
says 0 ./out/submit.sh --local
same "$(ran make)" 4
same "$(ran usefirst)$(ran usesecond)$(ran usethird)" 441 'only the new one runs'
same "$(bigs)" 'n=*/big.txt '
ok 'made again for what reads it later, and only that'

# What a task that is killed may leave: the mark and the file; or the file alone, of a shard that all have read.
touch "$run/work/make/n=0/big.txt"
rm "$run/work/make/n=1/.dropped.big"
echo 1 >"$run/work/make/n=1/big.txt"
says 0 ./out/submit.sh --local
has 'Nothing to do'
same "$(bigs)" 'n=*/big.txt ' 'the next submit removes what is left'
[[ -e $run/work/make/n=1/.dropped.big ]] || not_ok 'no mark'
ok 'what a killed task leaves goes at the next submit'

# A requeued task: its own shard is done, and what it made was read and removed since.
says 0 ./out/submit.sh --rerun 'make[n=0]' --local
last=$(printf '%s\n' "$run"/state/submissions/[0-9]* | tail -1)
before=$(ran make)
same "$(bigs)" 'n=0/big.txt ' 'nobody reads it again, so nobody removes it but the next submit'
says 0 ./out/submit.sh --rerun 'use.first[n=0]' --local
last=$(printf '%s\n' "$run"/state/submissions/[0-9]* | tail -1)
same "$(ran make)" "$before" 'it was still there'
same "$(bigs)" 'n=*/big.txt '
says 0 ./out/submit.sh --rerun 'use.first[n=1]' --local
last=$(printf '%s\n' "$run"/state/submissions/[0-9]* | tail -1)
before=$(ran make)
rm "$last/ended"
FLOW_TASK=0 says 0 bash "$last/jobs/01-make.sbatch" "$last" 01-make
has 'make[n=1] is there'
same "$(ran make)" "$before" 'a task that starts again leaves it'
ok 'a task that starts again does not make it again'

# Readers in a row in one task, whose own files went and are made again: what is there of them from before is no end of them.
rm -rf -- "$out" "$RAN"
cat >"$project/chain.flow" <<'FLOW'
process root() -> (big: File = "big.txt" temp) {
  script """
    echo root >> "$RAN"
    echo root > "$big"
  """
}
process middle(n: Int, big: File) -> (part: File = "part.txt" temp) {
  pack 3
  script """
    echo middle >> "$RAN"
    echo "$n $(cat "$big")" > "$part"
  """
}
process leaf(part: File) -> (out: File = "out.txt") {
  script """
    echo leaf >> "$RAN"
    cat "$part" > "$out"
  """
}
workflow {
  made = root()
  for n in 0..3 {
    half = middle(n, big: made.big)
    whole = leaf(part: half.part)
    publish whole.out as "{n}.txt"
  }
}
FLOW
"$flowc" chain.flow -O0 -o out >/dev/null 2>&1 || not_ok 'it does not compile'
says 0 ./out/submit.sh --local
says 0 ./out/submit.sh --rerun leaf --local
same "$(ran root) $(ran middle) $(ran leaf)" '2 6 6'
same "$(find "$run/work" -name big.txt -o -name part.txt)" ''
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'readers that are made again themselves'
