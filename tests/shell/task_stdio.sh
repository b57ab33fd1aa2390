#!/usr/bin/env bash
# stdin, stdout, the locale, names made from values.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin stdio
printf 'b\na\n' >"$project/in.txt"
job 01-sort <<'JOB'
flow_call sort
flow_item name String
flow_file in File in.txt
flow_output_text sorted File =by- +name =.txt
flow_output deep File a/b/deep.txt
flow_stdin in
flow_stdout sorted
flow_script bash <<'FLOW'
sort
echo "locale ${LC_ALL-none} ${LANG-none}" >&2
echo deep >"$deep"
FLOW
JOB
stats=$(stat -c %s:%Y "$project/in.txt")
work 01-sort 0 sort 'name=x%2Fy' in=1 "$stats" 'x/y'
work 01-sort 1 sort name=z in=1 "$stats" 'z'
work 01-sort 2 sort name=dot in=1 "$stats" '..'
LC_ALL=C.UTF-8 LANG=de_DE.UTF-8 task 01-sort 0
is "$status" 0 status
is "$(cat "$run/work/sort/name=x%2Fy/by-x%2Fy.txt")" $'a\nb' sorted
is "$(last sort name=x%2Fy 12)" 'sorted:by-x%252Fy.txt=4,deep:a/b/deep.txt=5' outputs
logged 'locale C.UTF-8 de_DE.UTF-8'
unset LC_ALL
LANG=C task 01-sort 1
logged 'locale none C'
job 02-nothing <<'JOB'
flow_call nothing
flow_output o File o
flow_script bash <<'FLOW'
[[ $(cat) == '' ]]
touch "$o"
FLOW
JOB
work 02-nothing 0 nothing . x=1 -
echo input | FLOW_TASK=0 bash "$submission/jobs/02-nothing.sbatch" "$submission" 02-nothing >>"$top/log" 2>&1 || fail 'standard input is not empty'
there "$run/work/nothing/o"
nothing_left
end
