#!/usr/bin/env bash
# Outputs that are lists: what the record holds, what other shards are handed, and what is refused.
# shellcheck disable=SC2016 # what is in single quotes is for scripts
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin items "it's a \$dir *"
export MAKE=$top/make.sh
job 01-cut <<'JOB'
flow_call cut
flow_item sample String
flow_output parts '[File]' 'part_*.fa'
flow_output numbers '[Int]' 'numbers.txt'
flow_publish parts =all/ +1 =/ '*'
flow_script bash <<'FLOW'
[[ $parts == "$PWD/part_*.fa" && $numbers == "$PWD/numbers.txt" ]]
: >"$numbers"
source "$MAKE"
FLOW
JOB
job 02-merge <<'JOB'
flow_call merge
flow_list parts '[File]' cut parts 01-cut
flow_list numbers '[Int]' cut numbers 01-cut
flow_output seen File seen.txt
flow_script bash <<'FLOW'
{
  printf '%s:' "${parts[@]##*/}" "${numbers[@]}"
  echo
  cat -- "$parts_keys" "$numbers_keys"
} >"$seen"
FLOW
JOB
for sample in a b; do
  work 01-cut 0 cut "sample=$sample" - - "$sample"
  printf 'sample=%s\t%s\n' "$sample" "$(id_of -)" >>"$submission/expect/cut.tsv"
done
work 02-merge 0 merge one "parts=$(id_of -),numbers=$(id_of -)" - sample=a sample=a
work 02-merge 1 merge all "parts=x,numbers=x" - 'sample=*' 'sample=*'
produce() { rm -rf "$run"/work/cut "$run"/state/journal/*.tsv; printf '%s\n' "$1" >"$MAKE"; task 01-cut 0; }
seen() { tr '\n' ' ' <"$run/work/merge/$1/seen.txt"; }

# Items come in the order of their names, or of their lines; odd names arrive as they are.
produce 'echo 1 >"part_$sample.fa"; echo 2 >"part_ é\$(x):=,%.fa"; echo 3 >other.fa; printf "7\r\n\n  \n-3" >"$numbers"'
is "$status" 0 'the producer'
is "$(last cut sample=a 12)" numbers:numbers.txt=9 'the files'
is "$(last cut sample=a 13)" "parts=part_ é\$(x)%3A%3D%2C%25.fa=2=53c234e5e8472b6a:part_a.fa=2=4355a46b19d348dc,numbers=7:-3" 'the items'
there "$run/results/all/b/part_b.fa"
there "$run/results/all/a/part_ é\$(x):=,%.fa"
task 02-merge 0
is "$(seen one)" 'part_ é$(x):=,%.fa:part_a.fa:7:-3: part_%20%C3%A9%24%28x%29:%3D,%25.fa part_a.fa 7 %2D3 ' 'a list'
task 02-merge 1
is "$(seen all)" 'part_ é$(x):=,%.fa:part_a.fa:part_ é$(x):=,%.fa:part_b.fa:7:-3:7:-3: sample=a/part_%20%C3%A9%24%28x%29:%3D,%25.fa sample=a/part_a.fa sample=b/part_%20%C3%A9%24%28x%29:%3D,%25.fa sample=b/part_b.fa sample=a/7 sample=a/%2D3 sample=b/7 sample=b/%2D3 ' 'lists of two'

# None, and more than a record's line should hold.
rm -rf "$run/work/merge"
produce ':'
is "$(last cut sample=b 13)" parts=,numbers= 'no items'
task 02-merge 1
is "$(seen all)" ': ' 'empty lists'
rm -rf "$run/work/merge"
produce 'for i in {1..300}; do echo $i >part_$i.fa; done; seq 1000 >"$numbers"'
is "$(last cut sample=b 13)" parts==300,numbers==1000 'many items'
task 02-merge 0
is "$(seen one | tr ' ' '\n' | wc -l)" 1301 'all of many'

# A file of a list that was damaged is seen, by what reads it and by the shard's own gate.
rm -rf "$run/work/merge"
printf more >>"$run/work/cut/sample=a/part_7.fa"
task 02-merge 0
is "$(last merge one 1)" blocked 'a damaged item'
task 01-cut 0
is "$(cat "$run/work/cut/sample=a/part_7.fa")" 7 'made again'
is "$(last cut sample=a 8)" 2 'as its second attempt'

# What is no list of items.
for wrong in 'duplicate-item:numbers printf "1\n1\n" >"$numbers"' 'bad-value:numbers echo one >"$numbers"' \
  'bad-value:numbers printf "1\n\0" >"$numbers"' 'missing-output:parts mkdir part_x.fa' \
  "bad-value:parts : >part_\$'\\n'.fa"; do
  produce "${wrong#* }"
  is "$(last cut sample=a 1)" failed "$wrong"
  is "$(last cut sample=a 14)" "${wrong%% *}" "$wrong"
done
nothing_left
end

begin patterns
job 01-cut <<'JOB'
flow_call cut
flow_item sample String
flow_output_text parts '[File]' =part_ +sample '=*/*.fa'
flow_uses tool.fa
flow_script bash <<'FLOW'
mkdir "part_$sample" "part_${sample}2" part_x
echo 1 >"part_$sample/b.fa"
echo 2 >"part_${sample}2/$NAME.fa"
echo 3 >part_x/c.fa
FLOW
JOB
echo tool >"$submission/code/tool.fa"
# A value in a pattern matches itself alone; a name in two folders is one key.
work 01-cut 0 cut . - - '[*]?'
NAME=a task 01-cut 0
is "$(last cut . 13)" 'parts=part_[*]?/b.fa=2=4355a46b19d348dc:part_[*]?2/a.fa=2=53c234e5e8472b6a' 'two folders'
rm -rf "$run/work/cut"
NAME=b task 01-cut 0
is "$(last cut . 14)" duplicate-item:parts 'one name twice'
end
