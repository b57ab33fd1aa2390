#!/usr/bin/env bash
# Skipped shards at submit: final as results are, counted apart, found again without records, and never published.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh

library
cat >"$out/plan.tsv" <<'PLAN'
flow	1	skips	..
axis	seeds	range	0	1	6
call	make	make	11111111111111111111111111111111	seeds:seed	01-make
input	make	seed	item	seeds	1	k
publish	make	plot	=plots/	+1
call	show	show	22222222222222222222222222222222	seeds:seed	02-show
input	show	plot	result	make	plot
publish	show	out	=shown/	+1
call	all	all	33333333333333333333333333333333	-	03-all
input	all	shown	result	show	out
publish	all	out	=all
job	01-make	make	1	0
job	02-show	show	2	0
job	03-all	all	1	0
PLAN
task() { # JOB TASKS DECLARATIONS
  cat >"$out/jobs/$1.sbatch" <<JOB
#!/usr/bin/env bash
#SBATCH --array=0-$2
set -euo pipefail
source "\$1/lib/flow.sh"
$3
flow_task "\$@"
JOB
}
task 01-make 5 "flow_call make
flow_item seed Int
flow_output plot 'File?' plot
flow_publish plot =plots/ +1
flow_script bash <<'FLOW'
echo make >>'${base//\'/}/ran'
if ((seed % 3 == 0)); then echo \"\$seed\" >\"\$plot\"; fi
FLOW"
task 02-show 2 "flow_call show
flow_result plot File make plot
flow_output out File out
flow_publish out =shown/ +1
flow_script bash <<'FLOW'
cat \"\$plot\" >\"\$out\"
FLOW"
task 03-all 0 "flow_call all
flow_list shown File show out 02-show
flow_output out File out
flow_publish out =all
flow_script bash <<'FLOW'
cat \"\${shown[@]}\" >\"\$out\"
FLOW"

says 0 ./out/submit.sh --local
same "$(cat "$run/results/all")" $'0\n3'
same "$(cd "$run/results" && printf '%s ' */*)" 'plots/0 plots/3 shown/seed=0 shown/seed=3 '
says 0 ./out/submit.sh --status
has 'show     2        0       0       0        0        0        4'
says 0 ./out/submit.sh --status --tsv
has $'call\tshow\t2\t0\t0\t0\t0\t0\t6\t4'
says 0 ./out/submit.sh --local
has 'Nothing to do: all shards are done.'
same "$(grep -c $'\tskipped\t' "$run/index/show.tsv")" 4 'the index'
ok 'skipped, and final'

rm -rf -- "$run/state/records" "$run/state/journal"
says 0 ./out/submit.sh --local
has 'Nothing to do'
same "$(grep -c '^skipped' "$run/state/records/show.tsv")" 4 'the directories tell of them'
rm -r -- "$run/work/show/seed=1"
says 3 ./out/submit.sh --status --why
has 'show: 1: its directory is gone'
says 0 ./out/submit.sh --local
same "$(grep -c make "$base/ran")" 6
has 'show: 1 of 1 done'
lacks 'all:'
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'without records, without a directory'

# What was there and is skipped now is in no list and in no published name.
sed -i 's/seed % 3 == 0/seed % 4 == 0/' "$out/jobs/01-make.sbatch"
sed -i 's/^call\tmake\tmake\t1/call\tmake\tmake\t8/' "$out/plan.tsv"
says 0 ./out/submit.sh --local
same "$(cat "$run/results/all")" $'0\n4'
says 0 ./out/submit.sh --local
same "$(cd "$run/results" && printf '%s ' */*)" 'plots/0 plots/4 shown/seed=0 shown/seed=4 ' 'published'
ok 'another version'
