#!/usr/bin/env bash
# Lists of 1,000 shards: compacted records, journals, damage. LIST_ITEMS=100000 tries more.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin lists
items=${LIST_ITEMS:-1000}
# What 1,000 shards over two axes left, two thirds of it compacted: made by hand, since 1,000 attempts take a while.
mkdir -p "$run/work/make"/model=a "$run/work/make"/model=b
for ((n = 0; n < items; n++)); do
  model=$([[ $n -lt $((items / 2)) ]] && echo a || echo b)
  dir=$run/work/make/model=$model/n=$n
  printf '%s\n' "$dir"
done >"$top/dirs"
xargs mkdir -p <"$top/dirs"
while IFS= read -r dir; do echo "${dir##*=}" >"$dir/part.txt"; done <"$top/dirs"
awk -v OFS='\t' -v root="$run/work/make/" -v version="$version" -v old="$run/state/records/make.tsv" \
  -v new="$run/state/journal/0001.01-make.0.0.host.1.tsv" -v expect="$submission/expect/make.tsv" '{
  dir = substr($0, length(root) + 1); n = dir; sub(/.*=/, "", n)
  print dir, "id" n > expect
  print "done", "make", dir, version, "n=" n, "id" n, "0001", 1, 1, 2, 0, "part:part.txt=" length(n) + 1 ",number:part.txt=2", "number=" n, "-", "a", "node", "-", "." > (NR % 3 ? old : new)
}' "$top/dirs"
echo 'done	make	model=a/n=1	torn' >>"$run/state/journal/0001.01-make.0.0.host.1.tsv"
job 02-gather <<'JOB'
flow_call gather
flow_list parts File make part 01-make
flow_list numbers Int make number 01-make
flow_output all File all.txt
flow_script bash <<'FLOW'
echo "${#parts[@]} ${#numbers[@]} $(wc -l <"$parts_list") $(wc -l <"$parts_keys") $(wc -l <"$parts_missing")"
head -n 2 "$parts_keys"
sum=0
for n in "${numbers[@]}"; do ((sum += n)) || :; done
echo "$sum"
cat /dev/null "${parts[@]:0:1000}" >"$all"
FLOW
JOB
printf 'call\tmake\tmake\t%s\t-\t01-make\n' "$version" >"$submission/plan.tsv"
half=$((items / 2))
work 02-gather 0 gather . x=1 - 'model=*/n=*' 'model=*/n=*'
work 02-gather 1 gather model=a x=2 - 'model=a/n=*' 'model=a/n=*'
work 02-gather 2 gather model=c x=3 - 'model=c/n=*' 'model=c/n=*'
work 02-gather 3 gather n=3 x=4 - 'model=*/n=3' 'model=*/n=3'
start=${EPOCHREALTIME/./}
FLOW_WAIT=0 task 02-gather 0
is "$status" 0 'all: status'
printf 'a list of %s: %s ms\n' "$items" "$(((${EPOCHREALTIME/./} - start) / 1000))"
logged "$items $items $items $items 0"
logged model=a/n=1
is "$(head -n 3 "$run/work/gather/all.txt")" $'0\n1\n2' 'in order'
logged "$((items * (items - 1) / 2))"
rm -r "$run/work/gather"
task 02-gather 1
is "$status" 0 'half: status'
logged "$half $half $half $half 0"
task 02-gather 2
is "$status" 0 'none: status'
logged '0 0 0 0 0'
task 02-gather 3
logged '1 1 1 1 0'

# One has failed in this submission: blocked, and it is the one that is named.
printf 'failed\tmake\tmodel=a/n=7\t%s\tn=7b\tid7b\t0001\t1\t1\t2\t1\t-\t-\texit\ta\tnode\t-\t.\n' "$version" >>"$run/state/journal/0001.01-make.0.0.host.1.tsv"
sed -i 's/^\(model=a.n=7\tid7\)$/\1b/' "$submission/expect/make.tsv"
work 02-gather 4 gather model=x x=5 - 'model=a/n=*' 'model=a/n=*'
FLOW_WAIT=30 SLEPT=$top/slept task 02-gather 4
is "$(slept)" 0 'a recorded failure was waited for'
is "$(last gather model=x 14)" 'make[model=a/n=7]' 'failed: cause'
sed -i 's/^\(model=a.n=7\tid7\)b$/\1/' "$submission/expect/make.tsv"

# Damage: one file is too long, one is missing.
echo more >>"$run/work/make/model=a/n=9/part.txt"
cp "$run"/state/journal/0001.01-make.0.0.host.1.tsv "$top/journal"
printf 'done\tmake\tmodel=a/n=9\t%s\tn=9\tid9\t0001\t1\t1\t2\t0\tpart:part.txt=2,number:part.txt=2\tnumber=9\t-\ta\tnode\t-\t.\n' "$version" >"$run/work/make/model=a/n=9/.flow"
work 02-gather 5 gather model=y x=6 - 'model=*/n=*' 'model=*/n=*'
task 02-gather 5
is "$(last gather model=y 14)" 'make[model=a/n=9]' 'damaged: cause'
is "$(last make model=a/n=9 1)" lost 'damaged: lost'
rm "$run/work/make/model=a/n=9/part.txt"
work 02-gather 6 gather model=z x=7 - 'model=*/n=*' 'model=*/n=*'
task 02-gather 6
is "$(last gather model=z 14)" 'make[model=a/n=9]' 'missing: cause'
nothing_left
end
