#!/usr/bin/env bash
# A result that stays is one rename of its record: kill -9 before every command of it, and what takes its place meanwhile.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin cutoff
crash_script
job 01-make <<'JOB'
flow_call make
flow_item n Int
flow_output o File o.txt
flow_script bash <<'FLOW'
echo made >"$o"
FLOW
JOB
job 02-gather <<'JOB'
flow_call gather
flow_list os File make o 01-make
flow_output all File all.txt
flow_publish all =all.txt
flow_script bash <<'FLOW'
echo "gather ${#os[@]}" | tee -a RAN >"$all"
FLOW
JOB
sed -i "s|RAN|'$top/ran'|" "$submission/jobs/02-gather.sbatch"
# gathers INPUTS: what is to be made is gathered of it.
gathers() {
  : >"$submission/lists/02-gather.tsv"
  work 02-gather 0 gather . "$1" - 'n=*'
}
makes() { # N…
  for n; do
    work 01-make "$n" make "n=$n" - - "$n"
    printf '%s\t%s\n' "n=$n" "$(id_of -)" >>"$submission/expect/make.tsv"
    task 01-make "$n"
  done
}
record() { cut -f "$1" "$run/work/gather/.flow"; }
makes 1 2
gathers os=1
task 02-gather 0
is "$status" 0 'made: status'
is "$(record 5,6)" "os=1"$'\t'"$(id_of os=1)" 'made: record'
[[ $(record 13) == .reads=os%3D???????????????? ]] || fail "its reads: $(record 13)"

kept=$(record 13)
for ((at = 1; ; at++)); do
  gathers "os=$((at + 1))"
  : >"$top/log"
  {
    CRASH_AT=$at FLOW_TASK=0 bash "$top/crash.sh" "$submission/jobs/02-gather.sbatch" "$submission" 02-gather >>"$top/log" 2>&1
    status=$?
  } 2>/dev/null
  current="cutoff, $(grep -a '^crash before' "$top/log" | head -n 1)"
  [[ $(record 5) == os=@($at|$((at + 1))) ]] || fail "its record is $(record 5)"
  is "$(<"$run/work/gather/all.txt")" 'gather 2' 'it is whole'
  ((status != 0)) || break
  SLURM_RESTART_COUNT=1 task 02-gather 0
  is "$status" 0 'second run: status'
  is "$(record 1,5,6)" "done"$'\t'"os=$((at + 1))"$'\t'"$(id_of "os=$((at + 1))")" 'second run: record'
  is "$(record 13)" "$kept,.made=$(id_of os=1)" 'second run: what it was made from'
  is "$(last gather . 1) $(last gather . 5)" "done os=$((at + 1))" 'second run: journal'
done
((at > 4)) || fail "only $at crash points"
is "$(cat "$top/ran")" 'gather 2' 'it ran once'
is "$(cat "$run/results/all.txt")" 'gather 2' 'it is published'
current="cutoff ($at points)"
rm -rf "$run/work/.tmp"/*

# A shard more: it is made again, and its reads are new.
makes 3
gathers os=more
task 02-gather 0
is "$status" 0 'a shard more: status'
is "$(cat "$run/results/all.txt")" 'gather 3' 'a shard more: result'
[[ $(record 13) == .reads=os%3D* && $(record 13) != *"${kept#*D}"* ]] || fail "a shard more: $(record 13)"

# While it is looked at, a later submission's attempt puts something else in its place: that is not given another record.
gathers os=again
{
  # shellcheck disable=SC2016 # the variables are the library's
  echo 'flow_is_whole() { mv -T "$shard_place" "$shard_place.old"; cp -r "$shard_place.old" "$shard_place"; sed -i "s/os=more/os=other/" "$shard_place/.flow"; }'
} >>"$submission/lib/cutoff.sh"
task 02-gather 0
is "$status" 0 'something else in its place: status'
is "$(tail -n 1 "$top/ran")" 'gather 3' 'something else in its place: it runs'
is "$(wc -l <"$top/ran")" 3 'something else in its place: once'
is "$(record 5)" os=again 'something else in its place: the record is that of what ran'
nothing_left
end
