#!/usr/bin/env bash
# Early cut-off: what reads the same as before stays, though more could have been in what it reads.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran

level=-O1 local=--local

# PROGRAM: compiles it and runs what is missing; then what ran is one line in $base/scripts.
runs() {
  rm -f -- "$RAN"
  (cd "$project" && "$flowc" "$1.flow" "$level" -o out >"$base/said" 2>&1) || not_ok 'it does not compile'
  says 0 ./out/submit.sh ${local:+"$local"}
  [[ $local ]] || drained
  touch "$RAN"
  sort "$RAN" | tr '\n' ' ' | sed 's/ $//' >"$base/scripts"
  says 0 ./out/submit.sh ${local:+"$local"}
  has 'Nothing to do'
}
ran_just() { same "$(cat "$base/scripts")" "$1" "$2"; }

# ---- groups that a run tells ----------------------------------------------------------------------------------------

cat >"$project/groups.flow" <<'FLOW'
record Row { key id: String, library: String, size: Int }
param rows: [Row] = csv<Row>("rows.csv")
process tell(row: Row) -> (library: String, n: Int) {
  script """
    echo "tell.$row_id" >> "$RAN"
    echo "$row_library" > "$library"
    echo "$row_size" > "$n"
  """
}
process total(library: String, ns: [Int]) -> (sum: File = "sum.txt") {
  script """
    echo "total.$library" >> "$RAN"
    echo "$library ${ns[*]}" > "$sum"
  """
}
process draw(sum: File) -> (plot: File = "plot.txt") {
  script """
    echo "draw.$(cut -d ' ' -f 1 "$sum")" >> "$RAN"
    tr a-z A-Z < "$sum" > "$plot"
  """
}
process report(plots: [File]) -> (all: File = "all.txt") {
  script """
    echo report >> "$RAN"
    cat "${plots[@]}" > "$all"
  """
}
workflow {
  for row in rows { c = tell(row) }
  for library in unique(c.library) {
    t = total(library, ns: c.n)
    d = draw(sum: t.sum)
    publish d.plot as "{library}.txt"
  }
  r = report(plots: d.plot)
  publish r.all
}
FLOW
rows() { printf '%s\n' id,library,size "$@" >"$project/rows.csv"; }
groups() {
  rows a,l1,1 b,l2,2 c,l1,3
  runs groups
  ran_just 'draw.l1 draw.l2 report tell.a tell.b tell.c total.l1 total.l2' 'all of it runs'
  rows a,l1,1 b,l2,2 c,l1,3 d,l2,4
  runs groups
  ran_just 'draw.l2 report tell.d total.l2' 'a row more: its group'
  same "$(cat "$run/results/all.txt")" $'L1 1 3\nL2 2 4'
  rows a,l1,1 b,l2,2 c,l1,3 d,l2,4 e,l3,5
  runs groups
  ran_just 'draw.l3 report tell.e total.l3' 'a group more'
  rows a,l1,1 b,l2,2 c,l1,7 d,l2,4 e,l3,5
  runs groups
  ran_just 'draw.l1 report tell.c total.l1' 'a row of a group that stayed twice is another one'
  same "$(cat "$run/results/all.txt")" $'L1 1 7\nL2 2 4\nL3 5'
  rows a,l1,1 b,l1,2 c,l1,7 d,l2,4 e,l3,5
  runs groups
  ran_just 'draw.l1 draw.l2 report tell.b total.l1 total.l2' 'a row in another group'
  rows a,l1,1 b,l1,2 c,l1,7 d,l2,4
  runs groups
  ran_just 'report' 'a group less'
  same "$(cat "$run/results/all.txt")" $'L1 1 2 7\nL2 4'
  # A file that is not as it was made cannot stay.
  echo damage >>"$run/work/draw/library=l1/plot.txt"
  rows a,l1,1 b,l1,2 c,l1,7 d,l2,4 f,l2,6
  runs groups
  ran_just 'draw.l1 draw.l2 report tell.f total.l2' 'what is damaged is made again'
  same "$(cat "$run/results/all.txt")" $'L1 1 2 7\nL2 4 6'
  rm -rf -- "$run"
}
for level in -O0 -O1; do
  groups
  ok "groups that a run tells, $level"
done

# ---- parts of what a process cuts -----------------------------------------------------------------------------------

cat >"$project/parts.flow" <<'FLOW'
process cut(text: File) -> (parts: [File] = "part_*" expect 3) {
  script """
    echo cut >> "$RAN"
    split -l 2 "$text" part_
  """
}
process count(part: File) -> (n: Int, copy: File = "copy") {
  script """
    echo "count.$(basename "$part")" >> "$RAN"
    wc -l < "$part" | tr -d ' ' > "$n"
    cp "$part" "$copy"
  """
}
process paste(ns: [Int], copies: [File]) -> (all: File = "pasted.txt") {
  script """
    echo paste >> "$RAN"
    echo "${ns[*]} $(cat "${copies[@]}" | tr '\n' ' ')" > "$all"
  """
}
workflow {
  c = cut(text: "text.txt")
  for part in c.parts { k = count(part) }
  j = paste(ns: k.n, copies: k.copy)
  publish j.all
}
FLOW
printf '%s\n' a b c d >"$project/text.txt"
runs parts
ran_just 'count.part_aa count.part_ab cut paste' 'all of it runs'
printf '%s\n' a b c d e >"$project/text.txt"
runs parts
ran_just 'count.part_ac cut paste' 'a part more'
printf '%s\n' a B c d e >"$project/text.txt"
runs parts
ran_just 'count.part_aa cut paste' 'a part is another one'
same "$(cat "$run/results/pasted.txt")" '2 2 1 a B c d e '
printf '%s\n' a B c d >"$project/text.txt"
runs parts
ran_just 'cut paste' 'a part less'
rm -rf -- "$run"
ok 'parts of what a process cuts'

# ---- what is chosen -------------------------------------------------------------------------------------------------

cat >"$project/chosen.flow" <<'FLOW'
param seed: Int = 1
process look(text: File) -> (n: Int, note: File = "note") {
  script """
    echo look >> "$RAN"
    wc -w < "$text" | tr -d ' ' > "$n"
    date +%N > "$note"
  """
}
process quick(seed: Int) -> (out: File = "out") {
  script """
    echo quick >> "$RAN"
    echo "quick $seed" > "$out"
  """
}
process slow(seed: Int) -> (out: File = "out") {
  script """
    echo slow >> "$RAN"
    echo "slow $seed" > "$out"
  """
}
process show(mode: String, out: File) -> (shown: File = "shown.txt") {
  script """
    echo show >> "$RAN"
    echo "$mode $(cat "$out")" > "$shown"
  """
}
workflow {
  l = look(text: "text.txt")
  if l.n > 3 { made = slow(seed) } else { made = quick(seed) }
  if l.n > 5 { mode = "many" } else { mode = "few" }
  s = show(mode, out: made.out)
  publish s.shown
}
FLOW
echo 'one two' >"$project/text.txt"
runs chosen
ran_just 'look quick show' 'all of it runs'
echo 'two one' >"$project/text.txt"
runs chosen
ran_just 'look' 'the choice is made of the same'
echo 'one two three four' >"$project/text.txt"
runs chosen
ran_just 'look show slow' 'another branch'
same "$(cat "$run/results/shown.txt")" 'few slow 1'
echo '1 2 3 4 5 6' >"$project/text.txt"
runs chosen
ran_just 'look show slow' 'another value'
same "$(cat "$run/results/shown.txt")" 'many slow 1'
ok 'what is chosen'

# ---- what two branches make, in the order of the rows; and what went without a failure --------------------------------

cat >"$project/mixed.flow" <<'FLOW'
record Row { key id: String, library: String, size: Int }
param rows: [Row] = csv<Row>("rows.csv")
process tell(row: Row) -> (library: String, n: Int) {
  on failure ignore
  script """
    echo "tell.$row_id" >> "$RAN"
    ((row_size > 0))
    echo "$row_library" > "$library"
    echo "$row_size" > "$n"
  """
}
process more(id: String) -> (word: String) {
  script """
    echo "more.$id" >> "$RAN"
    echo "more-$id" > "$word"
  """
}
process less(id: String) -> (word: String) {
  script """
    echo "less.$id" >> "$RAN"
    echo "less-$id" > "$word"
  """
}
process report(words: [String]) -> (all: File = "words.txt") {
  script """
    echo report >> "$RAN"
    echo "${words[*]}" > "$all"
  """
}
process total(library: String, ns: [Int]) -> (sum: File = "sum.txt") {
  script """
    echo "total.$library" >> "$RAN"
    echo "$library ${ns[*]} without $(wc -l < "$ns_missing")" > "$sum"
  """
}
workflow {
  for row in rows {
    c = tell(row)
    if c.n > 3 { x = more(row.id) } else { x = less(row.id) }
  }
  r = report(words: x.word)
  publish r.all
  for library in unique(c.library) {
    t = total(library, ns: c.n)
    publish t.sum as "{library}.txt"
  }
}
FLOW
rows a,l1,5 b,l1,2 c,l2,6
runs mixed
ran_just 'less.b more.a more.c report tell.a tell.b tell.c total.l1 total.l2' 'all of it runs'
same "$(cat "$run/results/words.txt")" 'more-a less-b more-c'
rows b,l1,2 a,l1,5 c,l2,6
runs mixed
ran_just 'report total.l1' 'another order'
same "$(cat "$run/results/words.txt")" 'less-b more-a more-c'
rows b,l1,2 a,l1,5 c,l2,6 d,l1,0
rm -f -- "$RAN"
"$flowc" mixed.flow -o out >/dev/null 2>&1
says 0 ./out/submit.sh --local
same "$(cat "$run/results/l1.txt") $(cat "$run/results/l2.txt")" 'l1 2 5 without 1 l2 6 without 1'
rows b,l1,2 a,l1,5 c,l2,6 d,l2,4
runs mixed
ran_just 'more.d report tell.d total.l1 total.l2' 'what went without a failure is made again'
same "$(cat "$run/results/l1.txt") $(cat "$run/results/l2.txt")" 'l1 2 5 without 0 l2 6 4 without 0'
rm -rf -- "$run"
ok 'two branches, and a failure that is ignored'

# ---- on SLURM -------------------------------------------------------------------------------------------------------

slurm_cluster
local=''
groups
ok 'groups that a run tells, on SLURM'
