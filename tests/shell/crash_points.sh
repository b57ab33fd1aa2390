#!/usr/bin/env bash
# kill -9 before every command that changes something outside of the task, one after another; then the task runs again.
# After the crash the records must not say more than is true; after the second run all must be as if nothing had happened.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin crash_points
crash_script
echo data >"$project/in.txt"
stats=$(stat -c %s:%Y "$project/in.txt")
mkdir "$submission/code"/{,sub} 2>/dev/null
# shellcheck disable=SC2016 # $1 is the script's
echo 'cat "$1"' >"$submission/code/sub/show.sh"
job 01-work <<'JOB'
flow_call work
flow_item n Int
flow_file in File in.txt
flow_output o File o.txt
flow_output v Int v.txt
flow_uses sub/show.sh
flow_publish o =o/ +1
flow_script bash <<'FLOW'
bash sub/show.sh "$in" >"$o"
echo "$n" >>"$o"
echo "$n" >"$v"
FLOW
JOB
old_record=$'done\twork\tn=1\toldversion\tin=1\toldid\t0000\t1\t1\t2\t0\to:o.txt=4,v:v.txt=2\tv=1\t-\told-attempt\tnode\t-\t.'

# What the records say of work[n=1], and what the directory holds: STATUS VERSION, and of the directory the same.
recorded() {
  cat "$run/state/records/work.tsv" "$run"/state/journal/*.tsv 2>/dev/null | awk -f "$repository/templates/lib/records.awk" -f <(
    cat <<'AWK'
{ record_take($0) }
END {
  k = "work" SUBSEP "n=1"
  if (k in record_begun) print "begin"
  else if (record_stands(k)) print record_held[k]
  else print "pending"
}
AWK
  )
}

crash() { # NAME OLD: every crash point, with or without an older result in the way
  local at said
  for ((at = 1; ; at++)); do
    rm -rf "$run"/{work,results,state/journal,state/records}
    mkdir -p "$run"/{work/.tmp,results,state/journal,state/records}
    if [[ $2 == old ]]; then
      mkdir -p "$run/work/work/n=1"
      printf 'old\n' >"$run/work/work/n=1/o.txt"
      printf '0\n' >"$run/work/work/n=1/v.txt"
      printf '%s\n' "$old_record" | tee "$run/work/work/n=1/.flow" >"$run/state/records/work.tsv"
    fi
    : >"$submission/lists/01-work.tsv"
    work 01-work 0 work n=1 in=1 "$stats" 1
    : >"$top/log"
    # bash reports the kill on its own standard error.
    {
      CRASH_AT=$at FLOW_TASK=0 bash "$top/crash.sh" "$submission/jobs/01-work.sbatch" "$submission" 01-work >>"$top/log" 2>&1
      status=$?
    } 2>/dev/null
    current="crash_points $1, $(grep -a '^crash before' "$top/log" | head -n 1)"
    # A record that stands is that of the directory.
    said=$(recorded)
    case $said in
      done*)
        there "$run/work/work/n=1/.flow"
        is "$(<"$run/work/work/n=1/.flow")" "$said" 'the record that stands is in the directory'
        ;;
      begin) [[ ! -e $run/work/work/n=1 ]] || there "$run/work/work/n=1/.flow" ;;
      pending) [[ $2 == new ]] || fail 'the older result was forgotten without a begin' ;;
    esac
    if [[ -e $run/work/work/n=1 ]]; then
      case $(cut -f 4 "$run/work/work/n=1/.flow") in
        oldversion) is "$(cat "$run/work/work/n=1/o.txt")" old 'the older result is whole' ;;
        "$version") is "$(cat "$run/work/work/n=1/o.txt")" $'data\n1' 'the new result is whole' ;;
        *) fail 'a directory without a record' ;;
      esac
    fi
    ((status != 0)) || break
    [[ $2 == new ]] || taken_back
    SLURM_RESTART_COUNT=1 task 01-work 0
    is "$status" 0 'second run: status'
    is "$(cat "$run/work/work/n=1/o.txt")" $'data\n1' 'second run: result'
    is "$(cd "$run/work/work/n=1" && printf '%s ' .[!.]* *)" '.command.sh .flow o.txt v.txt ' 'second run: files'
    is "$(cat "$run/results/o/1")" $'data\n1' 'second run: published'
    said=$(recorded)
    # A begin that was read behind its done sends the next submit to the directory, which is right.
    [[ $said == begin ]] || is "$(cut -f 1,4,5,6 <<<"$said")" "$(cut -f 1,4,5,6 "$run/work/work/n=1/.flow")" 'second run: record'
    is "$(cut -f 4 "$run/work/work/n=1/.flow")" "$version" 'second run: version'
  done
  ((at > 12)) || fail "only $at crash points"
  points=$((points + at - 1))
}
# The edit that made the older result stale is taken back after the crash: that result counts again, or is made anew as its
# version; nothing of the newer version is taken for it. Then all is put back as the crash left it.
taken_back() {
  rm -rf "$top/kept"
  cp -a "$run" "$top/kept"
  : >"$submission/lists/01-work.tsv"
  version=oldversion work 01-work 0 work n=1 in=1 "$stats" 1
  SLURM_RESTART_COUNT=2 task 01-work 0
  is "$status" 0 'taken back: status'
  is "$(cut -f 4 "$run/work/work/n=1/.flow")" oldversion 'taken back: version'
  if [[ $(cut -f 15 "$run/work/work/n=1/.flow") == old-attempt ]]; then is "$(cat "$run/work/work/n=1/o.txt")" old 'taken back: what was there'
  else is "$(cat "$run/work/work/n=1/o.txt")" $'data\n1' 'taken back: made anew'; fi
  is "$(cat "$run/results/o/1")" "$(cat "$run/work/work/n=1/o.txt")" 'taken back: published'
  rm -rf "$run"
  mv "$top/kept" "$run"
}
points=0
crash 'first result' new
crash 'older result in the way' old
current="crash_points ($points points)"
end
