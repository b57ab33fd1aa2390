#!/usr/bin/env bash
# Many partial gathers in one task: the producer's tables are read once for all of them. GROUPS_OF_TEN=1000 tries more.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin groups
groups=${GROUPS_OF_TEN:-40}
awk -v OFS='\t' -v version="$version" -v old="$run/state/records/make.tsv" -v groups="$groups" \
  -v new="$run/state/journal/0001.01-make.0.0.host.1.tsv" -v expect="$submission/expect/make.tsv" 'BEGIN {
  for (g = 0; g < groups; g++) for (n = 0; n < 10; n++) {
    dir = "group=" g "/n=" n
    print dir, "id" n > expect
    print "done", "make", dir, version, "x=1", "id" n, "0001", 1, 1, 2, 0, "number:n.txt=2", "number=" g * n, "-", "a", "node", "-", "." \
      > (n % 3 ? old : new)
  }
}'
printf 'call\tmake\tmake\t%s\t-\t01-make\n' "$version" >"$submission/plan.tsv"
job 02-sum <<'JOB'
flow_call sum
flow_item group Int
flow_list numbers Int make number 01-make
flow_after make 01-make
flow_output total Int total.txt
flow_script bash <<'FLOW'
t=0
for n in "${numbers[@]}"; do t=$((t + n)); done
echo "$t" >"$total"
FLOW
JOB
for ((g = 0; g < groups; g++)); do
  work 02-sum 0 sum "group=$g" "x=$g" - "$g" "group=$g/n=*" "group=$g/n=*"
done
work 02-sum 1 sum group=0 x=0 - 0 'group=0/n=*' 'group=0/n=*'
# awk tells what it opens: its big tables once for each list, and never again.
mkdir "$top/bin"
# shellcheck disable=SC2016 # $GATE is for the wrapper
printf '#!/bin/sh\necho "$GATE" >>%q\nexec %s "$@"\n' "$top/asked" "$(command -v awk)" >"$top/bin/awk"
chmod +x "$top/bin/awk"
cp "$run/state/journal/0001.01-make.0.0.host.1.tsv" "$top/journal"
start=${EPOCHREALTIME/./}
PATH=$top/bin:$PATH task 02-sum 0
printf '%s gathers of 10 in one task: %s ms\n' "$groups" "$(((${EPOCHREALTIME/./} - start) / 1000))"
is "$status" 0 'status'
is "$(grep -c cut "$top/asked")" 2 'one cut for each list'
is "$(grep -c list "$top/asked")" "$((2 * groups))" 'and a look at each cut'
is "$(find "$run/work/sum" -name .flow | wc -l)" "$groups" 'all are done'
is "$(cat "$run/work/sum/group=7/total.txt")" 315 'a sum'
nothing_left

# One shard of a group failed: that group alone is blocked, at once. What comes later than the cut is seen.
rm -r "$run/work/sum"
failed=$(grep 'group=5/n=3' "$top/journal" | sed 's/^done/failed/; s/\tx=1\tid3\t/\tx=2\tid3b\t/; s/0001\t1\t/0001\t2\t/')
printf '%s\n' "$failed" >>"$run/state/journal/0001.01-make.0.0.host.1.tsv"
sed -i 's/^\(group=5.n=3\tid3\)$/\1b/' "$submission/expect/make.tsv"
grep -v 'group=9/' "$run/state/records/make.tsv" >"$top/records"
late=$(grep 'group=9/' "$run/state/records/make.tsv")
cp "$top/records" "$run/state/records/make.tsv"
(sleep 2; printf '%s\n' "$late" >"$run/state/journal/0001.01-make.1.0.host.2.tsv") &
FLOW_WAIT=300 task 02-sum 0
wait
is "$status" 0 'status with a failure'
is "$(last sum group=5 14)" 'make[group=5/n=3]' 'the blocked one'
grep -qF 'blocked by make[group=5/n=3]: failed' "$top/log" || fail 'its failure was not seen'
is "$(find "$run/work/sum" -name .flow | wc -l)" "$((groups - 1))" 'all others are done'
is "$(cat "$run/work/sum/group=9/total.txt")" 405 'the late one'
nothing_left
end
