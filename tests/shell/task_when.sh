#!/usr/bin/env bash
# Conditions that each shard decides for itself, and inputs of several sources.
# shellcheck source-path=SCRIPTDIR source=lib.sh disable=SC2031
source "${BASH_SOURCE[0]%/*}/lib.sh"

# truth EXPECTED WORD…: what a test of these words comes to.
truth() {
  local got wanted=$1
  shift
  got=$(
    # shellcheck source=../../templates/lib/when.sh
    source "$repository/templates/lib/fields.sh"
    source "$repository/templates/lib/when.sh"
    export LC_ALL=C
    flow_words=("$@") flow_in_test_start=(0) flow_in_test_count=($#)
    asked_types=([.n]=Int [.f]=Float [.s]=String [.b]=Bool [.no]=-) asked_values=([.n]=010 [.f]=1e1 [.s]='a b*' [.b]=true [.no]='')
    flow_holds 0
    case $? in
      0) echo yes ;;
      1) echo no ;;
      *) echo "$shard_cause" ;;
    esac
  )
  is "${got##*$'\n'}" "$wanted" "$*"
}

begin conditions
truth yes '(' .n '==' 10 ')'
truth yes '(' .n '==' .f ')'
truth no '(' .n '<' 9 ')'
truth no '(' .n '>' 9.5e1 ')'
truth yes '(' '(' .n '*' .n ')' '>=' 100 ')'
truth yes '(' '(' .f '-' 0.5 ')' '<' 9.75 ')'
truth yes '(' '(' -3 '+' .n ')' '!=' -07 ')'
truth yes '(' .s '==' '=a b*' ')'
truth no '(' .s '==' '=*' ')'
truth yes '(' .s '<' '=b' ')'
truth yes '(' .b '&&' '!' '(' .n '<' 2 ')' ')'
truth no '!' .b
truth no .no
truth no '!' .no
truth no '(' .no '==' 1 ')'
truth yes '(' .b '||' '(' .no '<' 3 ')' ')'
truth no '(' .b '&&' .no ')'
truth yes '!' '(' .no '&&' false ')'
truth bad-value:condition '(' '(' '(' 999999999 '*' 999999999 ')' '*' 11 ')' '>' 0 ')'
end

begin when
job 01-judge <<'JOB'
flow_call judge
flow_item n Int
flow_output score Float score
flow_script bash <<'FLOW'
echo "$n.5" >"$score"
FLOW
JOB
job 02-refine <<'JOB'
flow_call refine
flow_result .score 'Float?' judge score
flow_when '(' .score '>' 1 ')'
flow_item n Int
flow_output out File out
flow_publish out =refined
flow_script bash <<'FLOW'
[[ ! ${score+x} ]]
echo "refined $n" >"$out"
FLOW
flow_call keep
flow_result .score 'Float?' judge score
flow_when '!' '(' .score '>' 1 ')'
flow_item n Int
flow_output out File out
flow_script bash <<'FLOW'
echo "kept $n" >"$out"
FLOW
flow_call read
flow_result in File refine out
flow_or flow_result in File keep out
flow_result maybe 'File?' refine out
flow_result sure File refine out
flow_or flow_file sure File default
flow_result .score 'Float?' judge score
flow_only '(' .score '>' 1 ')' -- flow_value mode String high
flow_or flow_only '!' '(' .score '>' 1 ')' -- flow_value mode String low
flow_output out File out
flow_script bash <<'FLOW'
{ cat "$in"; echo "${maybe:+there}"; cat "$sure"; echo "$mode"; } >"$out"
FLOW
JOB
job 03-all <<'JOB'
flow_call all
flow_list .some File refine out 02-refine
flow_when '(' .some '==' 1 ')'
flow_list xs File refine out 02-refine
flow_or flow_list xs File keep out 02-refine
flow_output out File out
flow_script bash <<'FLOW'
cat "${xs[@]}" "$xs_keys" "$xs_list" | sed 's,/.*/work/,,' >"$out"
FLOW
flow_call none
flow_list .some File refine out 02-refine
flow_when '(' .some '>' 1 ')'
flow_output out File out
flow_script bash <<'FLOW'
: >"$out"
FLOW
JOB
echo default >"$project/default"
: >"$submission/expect/refine.tsv"
: >"$submission/expect/keep.tsv"
for n in 0 1; do
  work 01-judge "$n" judge n=$n x=$n - "$n"
  task 01-judge "$n"
  score=$(id_of x=$n)
  work 02-refine "$n" refine n=$n .score="$score" - n=$n "$n"
  work 02-refine "$n" keep n=$n .score="$score" - n=$n "$n"
  both=$(id_of .score="$score")
  printf 'n=%s\t%s\n' "$n" "$both" >>"$submission/expect/refine.tsv"
  printf 'n=%s\t%s\n' "$n" "$both" >>"$submission/expect/keep.tsv"
  work 02-refine "$n" read n=$n in="$both",in.2="$both",maybe="$both",sure="$both",sure.2=f,.score="$score" - n=$n n=$n n=$n n=$n n=$n
  task 02-refine "$n"
  is "$status" 0 "refine $n"
done
is "$(last refine n=0 1) $(last keep n=0 1) $(last refine n=1 1) $(last keep n=1 1)" 'skipped done done skipped' 'who ran'
is "$(last refine n=0 14)" 'judge[n=0]' 'by what'
is "$(<"$run/work/read/n=0/out")" $'kept 0\n\ndefault\nlow' 'read 0'
is "$(<"$run/work/read/n=1/out")" $'refined 1\nthere\nrefined 1\nhigh' 'read 1'
is "$(cat "$run/results/refined")" 'refined 1' 'published'
work 03-all 0 all . .some=a,xs=b,xs.2=c - n='*' n='*' n='*'
work 03-all 0 none . .some=a - n='*'
task 03-all 0
is "$status" 0 'all'
is "$(<"$run/work/all/out")" $'kept 0\nrefined 1\nn=0\nn=1\nkeep/n=0/out\nrefine/n=1/out' 'in the order of the shards'
is "$(last none . 1)" skipped 'none'
is "$(cd "$run/work/all" && find . -mindepth 1 -printf "%f\n" | sort | tr '\n' ' ')" '.command.sh .flow .xs_keys .xs_list .xs_missing out ' 'nothing else is left'
end
