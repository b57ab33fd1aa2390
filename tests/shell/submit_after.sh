#!/usr/bin/env bash
# `after`: order between calls between which nothing passes.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
export FLOW_WAIT=0

library
cat >"$out/plan.tsv" <<'PLAN'
flow	1	order	..
axis	seeds	range	0	1	3
axis	parts	range	0	1	2
call	fill	fill	1111	seeds:seed,parts:part	01-fill
input	fill	seed	item	seeds	1	k
input	fill	part	item	parts	1	k
call	check	check	2222	seeds:seed	02-check
after	check	fill
input	check	-	item	seeds	1	k
publish	check	report	+2	=.txt
call	close	close	3333	-	03-close
after	close	check
after	close	fill
job	01-fill	fill	1	0
job	02-check	check	1	0
job	03-close	close	1	0
PLAN
job_head 01-fill; cat >>"$out/jobs/01-fill.sbatch" <<JOB
flow_call fill
flow_item seed Int
flow_item part Int
flow_output log File log
flow_script bash <<'FLOW'
echo "fill \$seed \$part" | tee -a '${base//\'/}/ran' >"\$log"
! grep -qx "\$seed \$part" '${base//\'/}/fail' 2>/dev/null
FLOW

flow_task "\$@"
JOB
job_head 02-check; cat >>"$out/jobs/02-check.sbatch" <<JOB
flow_call check
flow_after fill 01-fill
flow_output report File report
flow_publish report +2 =.txt
flow_script bash <<'FLOW'
echo "check" | tee -a '${base//\'/}/ran' >"\$report"
FLOW

flow_task "\$@"
JOB
job_head 03-close; cat >>"$out/jobs/03-close.sbatch" <<JOB
flow_call close
flow_after check 02-check
flow_after fill 01-fill
flow_output stamp File stamp
flow_script bash <<'FLOW'
echo "close" | tee -a '${base//\'/}/ran' >"\$stamp"
FLOW

flow_task "\$@"
JOB

says 0 ./out/submit.sh --dry-run
has 'job 02-check: 3 tasks, afterany:01-fill'
has 'job 03-close: 1 task, afterany:02-check,afterany:01-fill'
echo '1 1' >"$base/fail"
says 1 ./out/submit.sh --local
has 'check: 1 blocked by fill[seed=1/part=1]'
same "$(ran check)" 2 'only what follows the failure is blocked'
same "$(ran close)" 0
same "$(cd "$run/results" && echo *)" '0.txt 2.txt' 'names count the column of after'
ok 'a failure blocks what follows it'

rm -- "$base/fail"
says 0 ./out/submit.sh --only 'close' --dry-run
has 'fill: 5 of 6 done, 1 would run'
has 'check: 2 of 3 done, 1 would run'
says 0 ./out/submit.sh --local
same "$(tail -1 "$base/ran")" close
same "$(ran check)" 3
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'what follows is chosen with it, and runs behind it'

# Made again, the one does not make the other again.
sed -i 's/^call\tfill\tfill\t1111/call\tfill\tfill\t9999/' out/plan.tsv
says 0 ./out/submit.sh --local
same "$(ran fill)" 13
same "$(ran check)" 3
same "$(ran close)" 1
ok 'order is no input'
