#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin failure
job 01-work <<'JOB'
flow_call work
flow_item how String
flow_output count Int count.txt
flow_script bash <<'FLOW'
echo "about to: $how"
case $how in
  fail) echo partial >"$count"; exit 7 ;;
  missing) ;;
  evil) echo 'a[$(touch owned)]' >"$count" ;;
  long) head -c 70000 /dev/zero | tr '\0' 1 >"$count" ;;
  nul) printf '1\0' >"$count" ;;
  folder) mkdir "$count" ;;
  link) echo 1 >real; ln -s "$PWD/real" "$count" ;;
  signal) kill -SEGV $$ ;;
  unset) echo "$nobody" ;;
  good) echo -12 >"$count" ;;
esac
FLOW
JOB
task_number=0
try() { # HOW STATUS CAUSE EXIT
  work 01-work "$task_number" work "how=$1" how=1 - "$1"
  task 01-work "$task_number"
  is "$status" "$([[ $2 == 'done' ]]; echo $?)" "$1: status of the task"
  is "$(last work "how=$1" 1)" "$2" "$1: status"
  is "$(last work "how=$1" 14)" "$3" "$1: cause"
  is "$(last work "how=$1" 11)" "$4" "$1: exit"
  if [[ $2 == failed ]]; then
    gone "$run/work/work/how=$1"
    there "$run/work/.failed/work/how=$1/.command.sh"
  fi
  nothing_left
  ((++task_number))
}
try fail failed exit 7
is "$(cat "$run/work/.failed/work/how=fail/count.txt")" partial 'what is left of a failure'
try missing failed missing-output:count 0
try evil failed bad-value:count 0
try long failed bad-value:count 0
try nul failed bad-value:count 0
try folder failed missing-output:count 0
try link failed missing-output:count 0
try signal failed signal 139
try unset failed exit 1
try good 'done' - 0
is "$(last work how=good 13)" count=-12 value
[[ -z $(find "$top" -name owned) ]] || fail 'a value was run as code'
logged 'about to: fail'
logged '::flow end work how=fail failed 0001.01-work.0.0.'

# A pack: one that fails does not end the others, and the task is fine if one is done.
for how in fail good missing; do work 01-work 50 work "how=$how/n=2" how=2 - "$how"; done
task 01-work 50
is "$status" 0 'status of a pack'
is "$(last work how=good/n=2 1)" 'done' 'the good one of a pack'
is "$(last work how=missing/n=2 1)" failed 'the last one of a pack'

# todo, and a value of the work line that is not of its type.
job 02-later <<'JOB'
flow_call later
flow_item n Int
flow_todo
JOB
work 02-later 0 later n=1 n=1 - 1
task 02-later 0
is "$status" 1 'todo: status'
is "$(last later n=1 14)" todo 'todo: cause'
job 03-int <<'JOB'
flow_call int
flow_item n Int
flow_output o File o
flow_script bash <<'FLOW'
touch "$o"
FLOW
JOB
# shellcheck disable=SC2016 # meant literally
work 03-int 0 int n=1 n=1 - 'a[$(touch owned)]'
task 03-int 0
is "$(last int n=1 14)" bad-value:n 'bad item'

# A tracked file that changed, and one that is gone.
echo one >"$project/in.txt"
stats=$(stat -c %s:%Y "$project/in.txt")
job 04-tracked <<'JOB'
flow_call tracked
flow_item n Int
flow_file in File in.txt
flow_output o File o
flow_retry 3
flow_script bash <<'FLOW'
cp "$in" "$o" || touch "$o"
FLOW
JOB
work 04-tracked 0 tracked n=1 in=1 "$stats" 1
work 04-tracked 1 tracked n=2 in=1 "$stats" 2
work 04-tracked 2 tracked n=3 in=1 "$stats" 3
task 04-tracked 0
is "$(last tracked n=1 1)" 'done' 'tracked: as submitted'
echo three >"$project/in.txt"
task 04-tracked 1
is "$(last tracked n=2 14)" input-changed:in 'tracked: changed'
is "$(last tracked n=2 8)" 1 'tracked: no second try'
rm "$project/in.txt"
task 04-tracked 2
is "$(last tracked n=3 14)" input-changed:in 'tracked: gone'
end
