#!/usr/bin/env bash
# Cells of a sheet, names of files that are found and that scripts make, and folders of results that somebody has replaced by links:
# nothing of them is run, read as an option or a pattern, or followed out of its place.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh

# What is hostile, as a cell and as the name of a file.
# shellcheck disable=SC2016 # nothing is to be expanded
odd=('$(touch owned)' '`touch owned`' ';touch owned;' '-rf' '--help' '*' '[a-z]*' '~' "it's \"so\"" 'a%2Fb' 'x[$(touch owned)]' '..' '#' '!!' '%s%n' $'tab\there' $'two\nlines')
mkdir -- raw
{
  echo id,text
  for n in "${!odd[@]}"; do
    printf '%s,"%s"\n' "$n" "${odd[n]//\"/\"\"}"
    [[ ${odd[n]} == .. || ${odd[n]} == *$'\n'* ]] || printf '%s' "$n" >"raw/${odd[n]}.txt"
  done
} >sheet.csv
: >raw/b

cat >hostile.flow <<'FLOW'
record Row { key id: Int, text: String }
param rows: [Row] = csv<Row>("sheet.csv")
param found: [File] = glob("raw/*.txt")

process cell(row: Row) -> (copy: File = "copy.txt") {
  script """
    printf '%s' "$row_text" > "$copy"
  """
}
process whole(file: File) -> (copy: File = "copy.txt") {
  script """
    cat -- "$file" > "$copy"
  """
}
process make(row: Row) -> (files: [File] = "made/*") {
  script """
    printf '%s' "$row_text" > "made/$row_id${row_text//[$'\t\n']/}"     # refused as names of items
  """
}
process measure(file: File) -> (bytes: Int) {
  script """
    stat -c %s -- "$file" > "$bytes"
  """
}
process total(bytes: [Int], all: [File]) -> (sum: File = "sum.txt") {
  script """
    n=0
    for each in "${bytes[@]}"; do n=$((n + each)); done
    echo "$n ${#all[@]}" > "$sum"
  """
}
workflow {
  for row in rows {
    c = cell(row)
    publish c.copy as "cells/{row.text}"
    m = make(row)
    for file in m.files { s = measure(file) }
  }
  for file in found {
    w = whole(file)
    publish w.copy as "found/{name(file)}"
  }
  t = total(bytes: s.bytes, all: w.copy)
  publish t.sum
}
FLOW
"$flowc" hostile.flow -o out >"$base/said" 2>&1 || not_ok 'it does not compile'
says 0 ./out/submit.sh --local
bytes=0
for text in "${odd[@]}"; do bytes=$((bytes + $(printf %s "$text" | wc -c))); done
same "$(cat "$run/results/sum.txt")" "$bytes $((${#odd[@]} - 2))"
for text in "${odd[@]}"; do
  name=$text
  [[ $text != .. ]] || name='%2E.'
  same "$(cat -- "$run/results/cells/$name" && echo .)" "$text." "the cell $text"
done
same "$(find "$run/results" -type f -printf x | wc -c)" "$((2 * ${#odd[@]} - 1))" 'files that are published, all below results'
same "$(find "$base" -name owned | wc -l)" 0 'nothing was run'
ok 'cells, found names and names that scripts make'

says 0 ./out/submit.sh --status
says 0 ./out/submit.sh --dry-run --rerun 'cell[row=0]' --rerun whole
# shellcheck disable=SC2016
for shard in 'cell[row=$(touch owned)]' 'cell[`touch owned`]' 'cell[row=*]' 'cell[../..]' 'whole[-rf]' 'x[$(touch owned)]'; do
  says 1 ./out/submit.sh --local --rerun "$shard"
  says 1 ./out/submit.sh --log "$shard"
done
# A shard is called as its item is spelt, or as directories have it.
for text in "${odd[@]}"; do
  [[ $text != *[$'\t\n']* && $text != .. && $text != a%2Fb ]] || continue
  says 0 ./out/submit.sh --log "whole[file=raw/$text.txt]"
  says 0 ./out/submit.sh --dry-run --rerun "whole[file=raw/$text.txt]"
  has 'whole: 14 of 15 done, 1 would run'
done
says 0 ./out/submit.sh --log 'whole[file=raw%2Fa%252Fb.txt]'
same "$(find "$base" -name owned | wc -l)" 0 'nothing of a name was run'
ok 'names of shards are names'

# Results that were replaced by links to what is somebody else's: publishing renames over them, and never writes through one.
mkdir -- "$base/theirs"
echo precious >"$base/theirs/sum.txt"
ln -sf -- "$base/theirs/sum.txt" "$run/results/sum.txt"
says 0 ./out/submit.sh --local
same "$(cat "$base/theirs/sum.txt")" precious 'the target of a link'
same "$(cut -d ' ' -f 2 "$run/results/sum.txt")" "$((${#odd[@]} - 2))" 'the result is there again'
[[ ! -L $run/results/sum.txt ]] || not_ok 'it is still a link'
# A directory of a shard, too: what runs again replaces the link, and what it points to stays.
mv -T -- "$run/work/total" "$base/theirs/total"
ln -s -- "$base/theirs/total" "$run/work/total"
before=$(cat "$base/theirs/total/.flow")
says 0 ./out/submit.sh --local --rerun total
same "$(cat "$base/theirs/total/.flow")" "$before" 'what the link points to'
[[ -d $run/work/total && ! -L $run/work/total ]] || not_ok 'the shard has no directory of its own'
ok 'links in the place of results'
