#!/usr/bin/env bash
# Temporary lists of files: they go when every reader is done (items in loops, zips, the whole list, a list over lists), never
# before, and come again for what reads them later; which items there were is known without them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran FAIL=$base/fail SALT=$base/salt FEW=$base/few

compile() { # MORE OF THE SCRIPT OF work
  cat >"$project/lists.flow" <<FLOW
process cut(n: Int, text: File) -> (parts: [File] = "sub/part_*.txt" temp, first: File = "sub/part_1.txt", ids: [Int] = lines("ids.txt")) {
  script """
    echo "cut.\$n" >> "\$RAN"
    mkdir -p sub
    for i in 1 2 3; do
      [[ -e "\$FEW" && "\$i" == 3 ]] || echo "\$n.\$i \$(grep -c word "\$text")\$(cat "\$SALT" 2>/dev/null || true)" > "sub/part_\$i.txt"
    done
    seq 1 3 > "\$ids"
    [[ -e "\$first" ]]
  """
}
process again(part: File) -> (pieces: [File] = "piece_*" temp) {
  script """
    echo "again.\$(cut -d' ' -f1 "\$part")" >> "\$RAN"
    for piece in a b; do { cat "\$part"; echo "\$piece"; } > "piece_\$piece"; done
  """
}
process work(piece: File) -> (out: File = "out.txt") {
  script """
    echo "work.\$(head -1 "\$piece" | cut -d' ' -f1).\$(tail -1 "\$piece")" >> "\$RAN"
    [[ ! -e "\$FAIL" || "\$(head -c 3 "\$piece")" != 1.2 ]]
    cat "\$piece" > "\$out"
    ${1:-true}
  """
}
process pair(part: File, id: Int) -> (line: String = stdout) {
  script """
    echo "pair.\$id" >> "\$RAN"
    cut -c1-3 "\$part"
  """
}
process count(files: [File]) -> (lines: Int = stdout) {
  script """
    echo count >> "\$RAN"
    cat "\${files[@]}" | wc -l
  """
}
process all(outs: [File], lines: [String], firsts: [File], counts: [Int], total: Int) -> (out: File = "all.txt") {
  script """
    cut -c1-3 "\${outs[@]}" "\${firsts[@]}" | tr '\n' ' ' > "\$out"
    echo "\${lines[*]}, \${counts[*]}, \$total" >> "\$out"
  """
}
workflow {
  for n in 0..2 {
    made = cut(n, text: "text.txt")
    for part in made.parts {
      more = again(part)
      for piece in more.pieces {
        done = work(piece)
      }
    }
    for part, id in zip(made.parts, made.ids) {
      paired = pair(part, id)
    }
    counted = count(files: made.parts)
  }
  total = count(files: more.pieces)
  sum = all(outs: done.out, lines: paired.line, firsts: made.first, counts: counted.lines, total: total.lines)
  publish sum.out
}
FLOW
  "$flowc" lists.flow -O0 -o out >/dev/null 2>&1 || not_ok 'it does not compile'
}
# The files that there are: `0 1 2 3`: the parts of n=0, then how many pieces.
parts() {
  local n
  for n in 0 1; do (cd "$run/work/cut/n=$n/sub" && printf '%s ' "n=$n" part_*.txt); done
  find "$run/work/again" -name 'piece_*' | wc -l
}
gone='n=0 part_1.txt n=1 part_1.txt 0'

echo word >"$project/text.txt"
compile
touch "$FAIL"
says 1 ./out/submit.sh --local
same "$(parts)" 'n=0 part_1.txt n=1 part_1.txt 2' 'what a failure reads is kept; a file that another output has stays'
same "$(ran work) $(ran again) $(ran pair) $(ran cut)" '12 6 6 2'
rm "$FAIL"
: >"$RAN"
says 0 ./out/submit.sh --local
same "$(parts)" "$gone"
same "$(ran work) $(ran again) $(ran cut)" '2 0 0' 'nothing was made again'
result=$(<"$run/results/all.txt")
same "$result" "$(printf '%s ' 0.1 a 0.1 b 0.2 a 0.2 b 0.3 a 0.3 b 1.1 a 1.1 b 1.2 a 1.2 b 1.3 a 1.3 b 0.1 1.1)0.1 0.2 0.3 1.1 1.2 1.3, 3 3, 24"
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'gone when every reader is done; a failure keeps it'

: >"$RAN"
says 0 ./out/submit.sh --rerun 'work[n=1/part=part_2.txt/piece=piece_b]' --dry-run
has 'cut: 1 of 2 done, 1 would run'
has '1: parts was temporary, and is read again'
has 'again: 5 of 6 done, 1 would run'
has '1: pieces was temporary, and is read again'
has 'work: 11 of 12 done, 1 would run'
has 'pair: 6 of 6 done, 0 would run'
says 0 ./out/submit.sh --rerun 'work[n=1/part=part_2.txt/piece=piece_b]' --local
same "$(sort "$RAN" | tr '\n' ' ')" 'again.1.2 cut.1 work.1.2.b '
same "$(parts)" "$gone"
ok 'made again for what reads it later, and only that; items are known without their files'

# What it makes now has other sizes than the record from which the items were known.
compile ': more'
echo ' and salt' >"$SALT"
: >"$RAN"
says 0 ./out/submit.sh --local
same "$(ran cut) $(ran again) $(ran work) $(ran pair)" '2 6 12 0'
same "$(parts)" "$gone"
grep -q 'salt' "$run/work/work/n=0/part=part_1.txt/piece=piece_a/out.txt" || not_ok 'not what was made now'
compile ': less'
touch "$FEW"
says 1 ./out/submit.sh --local
grep -rq 'blocked by cut\[n=0\]: it was made again, without sub/part_3.txt' "$run/logs" || not_ok 'no reason'
rm -- "$FEW" "$SALT"
says 0 ./out/submit.sh --rerun cut --local
says 0 ./out/submit.sh --rerun work --local
same "$(parts)" "$gone"
ok 'made again, it may be another: what reads it reads that'

# What does not read other things than before stays, and lets go of what it read.
echo no >>"$project/text.txt"
: >"$RAN"
says 0 ./out/submit.sh --local
same "$(ran cut) $(ran again) $(ran work) $(ran pair)" '2 6 0 0'
same "$(parts)" "$gone"
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'early cut-off'

# A kill in the midst of the removal: the mark and some of the files; or files and no mark.
touch "$run/work/cut/n=0/sub/part_3.txt"
rm "$run/work/cut/n=1/.dropped.parts"
for part in 2 3; do echo "1.$part" >"$run/work/cut/n=1/sub/part_$part.txt"; done
says 0 ./out/submit.sh --local
has 'Nothing to do'
same "$(parts)" "$gone"
[[ -e $run/work/cut/n=1/.dropped.parts ]] || not_ok 'no mark'
ok 'the next submit ends a removal'

# What reads it is done, and its own list is to be made again: it is no reader that is done.
: >"$RAN"
says 0 ./out/submit.sh --rerun work --local
same "$(ran cut) $(ran again) $(ran work) $(ran pair)" '2 6 12 0'
says 0 ./out/submit.sh --rerun cut --local
same "$(ran cut) $(ran again) $(ran work) $(ran pair)" '4 12 12 0'
same "$(parts)" "$gone"
same "$(<"$run/results/all.txt")" "$result"
ok 'readers that are made again'

# The same on SLURM, from nothing; then with all readers edited.
slurm_cluster
rm -rf -- "$run" "$RAN"
says 0 ./out/submit.sh
drained
says 0 ./out/submit.sh --status
same "$(parts)" "$gone"
same "$(ran cut) $(ran again) $(ran work) $(ran pair)" '2 6 12 6'
same "$(<"$run/results/all.txt")" "$result"
compile ': edited'
says 0 ./out/submit.sh
drained
says 0 ./out/submit.sh
has 'Nothing to do'
same "$(ran cut) $(ran again) $(ran work) $(ran pair)" '4 12 24 6'
same "$(parts)" "$gone"
ok 'on SLURM'
