#!/usr/bin/env bash
# Optional values and outputs: what is absent, what is skipped for it, and a task that is killed while it says so.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin optional
job 01-make <<'JOB'
flow_call make
flow_item n Int
flow_item lane 'Int?'
flow_output plot 'File?' plot.png
flow_output size 'Int?' size.txt
flow_output word 'String?' word.txt
flow_publish plot =plot- +1
flow_script bash <<'FLOW'
: >"$word"
if [[ $lane ]]; then echo "$lane" | tee "$size" >"$plot"; fi
FLOW
JOB
work 01-make 0 make n=1 x=1 - 1 7
work 01-make 1 make n=2 x=2 - 2 -
task 01-make 0
is "$status" 0 'make 1: status'
task 01-make 1
is "$status" 0 'make 2: status'
is "$(last make n=1 12)" 'plot:plot.png=2,size:size.txt=2,word:%_=-' 'make 1: outputs'
is "$(last make n=2 12)" 'plot:%_=-,size:%_=-,word:%_=-' 'make 2: outputs'
is "$(last make n=2 1)" 'done' 'make 2: done'
is "$(ls "$run/results")" plot-1 'published'
task 01-make 1
logged 'make[n=2] is there'
is "$(last make n=2 1)" 'done' 'make 2 again'

job 02-show <<'JOB'
flow_call show
flow_result plot File make plot
flow_output out File out.txt
flow_uses show.sh
flow_script bash <<'FLOW'
cat "$plot" >"$out"
FLOW
flow_call maybe
flow_result plot 'File?' make plot
flow_result size 'Int?' make size
flow_output out File out.txt
flow_script python <<'FLOW'
open(out, "w").write(f"{plot is None} {size!r}")
FLOW
flow_call next
flow_result shown File show out
flow_output out File out.txt
flow_script bash <<'FLOW'
cat "$shown" >"$out"
FLOW
JOB
: >"$submission/code/show.sh"
for n in 1 2; do
  work 02-show "$n" show n=$n plot="$(id_of x=$n)" - n=$n
  work 02-show "$n" maybe n=$n plot="$(id_of x=$n)",size="$(id_of x=$n)" - n=$n n=$n
  work 02-show "$n" next n=$n shown="$(id_of plot="$(id_of x=$n)")" - n=$n
done
task 02-show 1
is "$status" 0 'show 1: status'
is "$(cat "$run/work/show/n=1/out.txt")" 7 'show 1'
is "$(cat "$run/work/maybe/n=1/out.txt")" 'False 7' 'maybe 1'
task 02-show 2
is "$status" 0 'show 2: what is skipped is no failure'
is "$(last show n=2 1)$(last show n=2 14)" 'skippedmake[n=2]' 'show 2'
is "$(last next n=2 1)" skipped 'what reads a skipped shard is skipped'
is "$(last next n=2 14)" 'show[n=2]' 'next 2: cause'
is "$(cat "$run/work/maybe/n=2/out.txt")" 'True None' 'maybe 2'
is "$(ls -A "$run/work/show/n=2")" .flow 'a skipped shard holds its record'
nothing_left
task 02-show 2
logged 'show[n=2] is there'

printf 'call\tmake\tmake\t%s\t-\t01-make\ncall\tshow\tshow\t%s\t-\t02-show\n' "$version" "$version" >"$submission/plan.tsv"
job 03-all <<'JOB'
flow_call all
flow_list plots File make plot 01-make
flow_list sizes Int make size 01-make
flow_list shown File show out 02-show
flow_after show 02-show
flow_output out File out.txt
flow_script bash <<'FLOW'
echo "${#plots[@]} ${sizes[*]} ${#shown[@]}" >"$out"
cat "$plots_keys" "$sizes_keys" "$shown_keys" >>"$out"
FLOW
JOB
for n in 1 2; do
  printf 'n=%s\t%s\n' "$n" "$(id_of x=$n)" >>"$submission/expect/make.tsv"
  printf 'n=%s\t%s\n' "$n" "$(id_of plot="$(id_of x=$n)")" >>"$submission/expect/show.tsv"
done
: >"$run/state/records/make.tsv"
: >"$run/state/records/show.tsv"
work 03-all 0 all . y=1 - 'n=*' 'n=*' 'n=*' 'n=*'
task 03-all 0
is "$status" 0 'all: status'
is "$(cat "$run/work/all/out.txt")" $'1 7 1\nn=1\nn=1\nn=1' 'a list holds what exists'

# Killed before each command that changes something, with an older result in the way: the second run skips it all the same.
crash_script
for ((at = 1; ; at++)); do
  rm -rf "$run/work"/{show,maybe,next,.tmp,.aside} "$run"/state/journal/*02-show*
  mkdir -p "$run/work/.tmp" "$run/work/show/n=2"
  printf 'old\n' >"$run/work/show/n=2/out.txt"
  printf 'done\tshow\tn=2\toldversion\tin=1\toldid\t0000\t1\t1\t2\t0\tout:out.txt=4\t-\t-\told-attempt\tnode\t-\t.\n' >"$run/work/show/n=2/.flow"
  : >"$top/log"
  {
    CRASH_AT=$at FLOW_TASK=2 bash "$top/crash.sh" "$submission/jobs/02-show.sbatch" "$submission" 02-show >>"$top/log" 2>&1
    status=$?
  } 2>/dev/null
  current="optional, $(grep -a '^crash before' "$top/log" | head -n 1)"
  if [[ -e $run/work/show/n=2 ]]; then
    case $(cut -f 1 "$run/work/show/n=2/.flow") in
      done) is "$(ls "$run/work/show/n=2")" out.txt 'the older result is whole' ;;
      skipped) is "$(ls "$run/work/show/n=2")" '' 'nothing of the older result' ;;
      *) fail 'a directory without a record' ;;
    esac
  fi
  ((status != 0)) || break
  SLURM_RESTART_COUNT=1 task 02-show 2
  is "$status" 0 'second run: status'
  is "$(cut -f 1 "$run/work/show/n=2/.flow")" skipped 'second run: skipped'
  is "$(cut -f 1 "$run/work/next/n=2/.flow")" skipped 'second run: what reads it'
done
((at > 20)) || fail "only $at places to crash at"
end
