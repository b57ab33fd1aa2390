#!/usr/bin/env bash
# zip of lists that processes make: nothing runs with a wrong partner, whichever list changes, and just that runs again whose
# pair is another one.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran

cat >"$project/zip.flow" <<'FLOW'
process cut(sample: String, left: File, right: File) -> (lefts: [File] = "left_*", rights: [File] = "right_*") {
  script """
    echo "cut.$sample" >> "$RAN"
    n=0; while read -r line; do echo "$line" > "left_$((n += 1))"; done < "$left"
    n=0; while read -r line; do echo "$line" > "right_$((n += 1))"; done < "$right"
  """
}
process weigh(sample: String, numbers: File) -> (weights: [Int] = lines("weights")) {
  script """
    echo "weigh.$sample" >> "$RAN"
    grep -v stop "$numbers" > "$weights" || [[ ! -s $numbers ]]
    ! grep -q stop "$numbers"
  """
}
process trim(left: File) -> (trimmed: File = "trimmed") {
  script """
    { printf 'trimmed '; cat "$left"; } > "$trimmed"
  """
}
process align(sample: String, left: File, right: File) -> (pair: File = "pair") {
  script """
    echo "align.$sample.$(basename "$left")" >> "$RAN"
    paste -d+ "$left" "$right" > "$pair"
  """
}
process scale(trimmed: File, weight: Int) -> (line: String = stdout) {
  script """
    echo "scale.$weight" >> "$RAN"
    echo "$(cat "$trimmed")*$weight"
  """
}
process price(weight: Int, by: Int) -> (price: String = stdout) {
  script """
    printf %s $((weight * by))
  """
}
process sell(price: String, prices: [String]) -> (line: String = stdout) {
  script """
    echo "sell.$price" >> "$RAN"
    echo "$price ${prices[*]}"
  """
}
process merge(sample: String, pairs: [File], lines: [String], sold: [String]) -> (all: File = "all") {
  script """
    echo "merge.$sample" >> "$RAN"
    { paste -sd' ' "${pairs[@]}" /dev/null | xargs; echo "${lines[*]}"; echo "${sold[*]}"; } > "$all"
  """
}
workflow {
  for sample in ["a", "b"] {
    c = cut(sample, left: "{sample}.left", right: "{sample}.right")
    w = weigh(sample, numbers: "{sample}.weights")
    for chunk in c.lefts { t = trim(left: chunk) }
    for left, right in zip(c.lefts, c.rights) { p = align(sample, left, right) }
    for weight in w.weights {
      one = price(weight, by: 1)
      for by in [2, 3] { more = price(weight, by) }
    }
    for left, weight in zip(c.lefts, w.weights) {
      s = scale(trimmed: t.trimmed, weight)
      d = sell(price: one.price, prices: more.price)
    }
    m = merge(sample, pairs: p.pair, lines: s.line, sold: d.line)
    publish m.all as "{sample}.txt"
  }
}
FLOW

# FILE LINE…
has_lines() { if (($# > 1)); then printf '%s\n' "${@:2}"; fi >"$project/$1"; }
# STATUS: runs what is missing; then what ran is one line in $base/scripts.
runs() {
  rm -f -- "$RAN"
  says "$1" ./out/submit.sh --local
  touch "$RAN"
  sort "$RAN" | tr '\n' ' ' | sed 's/ $//' >"$base/scripts"
  [[ $1 == 1 ]] || { cp "$base/said" "$base/kept"; says 0 ./out/submit.sh --local; has 'Nothing to do'; cp "$base/kept" "$base/said"; }
}
ran_just() { same "$(cat "$base/scripts")" "$1" "$2"; }
made() { same "$(cat "$run/results/$1.txt")" "$2" "what $1 is"; }

zips() {
  rm -rf -- "$out"
  has_lines a.left A1 A2; has_lines a.right a1 a2; has_lines a.weights 10 20
  has_lines b.left B1 B2; has_lines b.right b1 b2 b3; has_lines b.weights 30 40
  (cd "$project" && "$flowc" zip.flow "$1" -o out >"$base/said" 2>&1) || not_ok 'it does not compile'
  runs 1
  ran_just 'align.a.left_1 align.a.left_2 cut.a cut.b merge.a scale.10 scale.20 scale.30 scale.40 sell.10 sell.20 sell.30 sell.40 weigh.a weigh.b' 'what has a partner'
  has 'align: 1 failed (zip: lists of different lengths: 2 in cut.lefts, 3 in cut.rights): sample=b/left=*'
  has 'merge: 1 blocked by align[sample=b/left=*]: sample=b'
  made a 'A1+a1 A2+a2
trimmed A1*10 trimmed A2*20
10 20 30 20 40 60'
  says 1 ./out/submit.sh --status
  has 'zip: lists of different lengths: 2 in cut.lefts, 3 in cut.rights'
  says 0 ./out/submit.sh --log 'align[sample=b/left=*]'
  has 'flow: zip: lists of different lengths: 2 in cut.lefts, 3 in cut.rights'
  runs 1
  ran_just '' 'nothing comes of it as long as they differ'

  has_lines b.left B1 B2 B3; has_lines b.weights 30 40 50
  runs 0
  ran_just 'align.b.left_1 align.b.left_2 align.b.left_3 cut.b merge.b scale.50 sell.50 weigh.b' 'what is new'
  made b 'B1+b1 B2+b2 B3+b3
trimmed B1*30 trimmed B2*40 trimmed B3*50
30 60 90 40 80 120 50 100 150'

  has_lines b.right b1 x2 b3
  runs 0
  ran_just 'align.b.left_2 cut.b merge.b' 'another partner: that pair'
  has_lines b.weights 30 41 50
  runs 0
  ran_just 'merge.b scale.41 sell.41 weigh.b' 'another value beside it'
  has_lines b.weights 41 30 50
  runs 0
  ran_just 'merge.b scale.30 scale.41 sell.30 sell.41 weigh.b' 'the same values in another order'
  made b 'B1+b1 B2+x2 B3+b3
trimmed B1*41 trimmed B2*30 trimmed B3*50
41 82 123 30 60 90 50 100 150'
  has_lines b.left B1 B2; has_lines b.right b1 x2; has_lines b.weights 41 30
  runs 0
  ran_just 'cut.b merge.b weigh.b' 'a pair less: those that stay are there'

  has_lines a.weights 10
  runs 1
  ran_just 'weigh.a' 'shorter on a re-run: no pair is made of it'
  has 'scale: 1 failed (zip: lists of different lengths: 2 in cut.lefts, 1 in weigh.weights): sample=a/left=*'
  has 'merge: 1 blocked by scale[sample=a/left=*]: sample=a'
  has_lines a.weights
  runs 1
  has '2 in cut.lefts, 0 in weigh.weights'
  has_lines a.weights 10 stop
  runs 1
  has 'scale: 1 blocked by weigh[sample=a]: sample=a/left=*'
  lacks 'lengths'
  has_lines a.left; has_lines a.right; has_lines a.weights 10
  runs 1
  has '0 in cut.lefts, 1 in weigh.weights'
  has_lines a.weights
  runs 0
  ran_just 'merge.a weigh.a' 'no pairs'
  made a ''
  has_lines a.left A1 A2; has_lines a.right a1 a2; has_lines a.weights 10 20
  runs 0
  made a 'A1+a1 A2+a2
trimmed A1*10 trimmed A2*20
10 20 30 20 40 60'
  ok "lists that differ in length, and other partners: $1"
}
zips -O0
zips -O1

cat >"$project/maybe.flow" <<'FLOW'
process cut(many: Int) -> (lefts: [Int] = lines("lefts"), rights: [Int] = lines("rights"), some: Bool) {
  script """
    seq "$many" > "$lefts"
    seq 10 10 $((10 * many)) > "$rights"
    ((many > 2)) && echo true > "$some" || echo false > "$some"
  """
}
process add(left: Int, right: Int) -> (sum: Int = stdout) {
  script """
    echo $((left + right))
  """
}
process list(sums: [Int]) -> (all: File = "all") {
  script """
    echo "${sums[*]}" > "$all"
  """
}
workflow {
  for many in [2, 3] {
    first = cut(many)
    if first.some {
      second = cut(many)
      for left, right in zip(first.lefts, second.rights) { both = add(left, right) }
    }
  }
  page = list(sums: both.sum)
  publish page.all as "all.txt"
}
FLOW
rm -rf -- "$out"
(cd "$project" && "$flowc" maybe.flow -o out >"$base/said" 2>&1) || not_ok 'it does not compile'
says 0 ./out/submit.sh --local
same "$(cat "$run/results/all.txt")" '11 22 33'
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'a list that was skipped has no pairs'
