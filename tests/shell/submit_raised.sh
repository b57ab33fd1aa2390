#!/usr/bin/env bash
# A chain of starts beside `retry … with`, locally and on a real SLURM: one shard ends at once, one is cut off, one fails and asks
# for more, one does both and is cut off once more with what it asked for. Each goes on from its checkpoint, and is started no
# more often than that; stopped in between, the next submission goes on.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
flowc=${FLOWC:-$repository/target/debug/flowc}

# Four starts, then as many with more memory. Each start is a line of the trace: `SUBMISSION.ARRAY MEMORY`.
program() { # CLAUSES HOW-IT-FAILS
  cat >raised.flow <<FLOW
process simulate(n: Int) -> (trace: File = "trace.txt") {
  $1
  checkpoint "state/"
  memory 100MB
  script """
    trap 'exit 1' TERM
    array=\${FLOW_ATTEMPT#*.01-simulate}
    [[ \$array == .rung* ]] && array=\${array#.} || array=job
    echo "\${FLOW_ATTEMPT%%.*}.\${array%%.*} \${SLURM_MEM_PER_NODE:-0}" >>state/trace
    case \$n.\$(grep -c . state/trace) in
      1.1 | 3.1 | 3.3) sleep 600 & wait \$! ;;
      2.1 | 3.2) $2 ;;
    esac
    cp state/trace "\$trace"
  """
}
process all(traces: [File]) -> (all: File = "all.txt") {
  memory 100MB
  script """
    for trace in "\${traces[@]}"; do paste -sd ' ' "\$trace"; done >"\$all"
  """
}
workflow {
  for n in 0..4 { s = simulate(n) }
  a = all(traces: s.trace)
  publish a.all
}
FLOW
}
compile() { # FOLDER LEVEL OPTION…
  says 0 "$flowc" plan raised.flow -O"$2" "${@:3}"
  has '01-simulate.rung1-3'
  has '01-simulate.rung4'
  has '01-simulate.rung5-7'
  says 0 "$flowc" raised.flow -o "$1" -O"$2" "${@:3}"
}
# The starts of a shard, from the list that was published.
starts() { # FOLDER N
  sed -n "$(($2 + 1))p" "$1/run/results/all.txt"
}
# In rung 4 one shard is done, and one is not.
begun() {
  [[ -e $1/run/work/simulate/n=2/.flow && $(cat "$1"/run/work/.checkpoint/simulate/n=3/*/*/trace 2>/dev/null) == *rung4* ]]
}

# Locally a start takes what `time` says, and is then cut off; there is no memory to run out of.
program 'cost 12s  time 10s  retry 1 on exit with memory * 2' 'exit 7'
for level in 0 1; do
  compile out "$level"
  says 0 ./out/submit.sh --local -j 4
  same "$(starts out 0)" '0001.job 0'
  same "$(starts out 1)" '0001.job 0 0001.rung1 0'
  same "$(starts out 2)" '0001.job 0 0001.rung4 0'
  same "$(starts out 3)" '0001.job 0 0001.rung1 0 0001.rung4 0 0001.rung5 0'
  [[ ! -e $run/logs/0001.01-simulate.rung6.0.log ]] || not_ok 'a link that was not needed ran'
  says 0 ./out/submit.sh --local
  has 'Nothing to do'
  says 0 ./out/submit.sh --status
  rm -r out
  ok "locally, -O$level"
done

compile out 1
./out/submit.sh --local -j 4 >"$base/said" 2>&1 &
until begun out; do sleep 0.1; done
kill "$!"
wait "$!" || :
says 0 ./out/submit.sh --local -j 4
same "$(starts out 3)" '0001.job 0 0001.rung1 0 0001.rung4 0 0002.job 0' 'it goes on from where it was'
same "$(starts out 2)" '0001.job 0 0001.rung4 0' 'what is done stays'
rm -r out
ok 'locally, stopped in between'

slurm_cluster --memory-kill
scontrol update PartitionName=all MaxTime=1
cat >short.toml <<'TOML'
[[partition]]
name = "all"
time = "1m"
TOML
program 'cost 70s  retry 1 on memory with memory * 2' \
  "exec python3 -c 'import time; held = bytearray(300 * 1024 * 1024); time.sleep(600)'"
for folder in plain:0 out:1 stopped:1; do
  compile "${folder%:*}" "${folder#*:}" --site short.toml
  says 0 "./${folder%:*}/submit.sh"
  has '7 of them try again what fails, or go on with what is cut off'
done
until begun stopped; do
  [[ -n $(squeue --noheader) ]] || not_ok 'it never came to the raised start'
  sleep 0.2
done
says 3 ./stopped/submit.sh --status --tsv
has $'call\tsimulate\t3\t1\t0\t0\t0\t0\t4\t0'
says 0 ./stopped/submit.sh --cancel
drained
for folder in plain out; do
  says 0 "./$folder/submit.sh" --status
  same "$(starts "$folder" 0)" '0001.job 100'
  same "$(starts "$folder" 1)" '0001.job 100 0001.rung1 100'
  same "$(starts "$folder" 2)" '0001.job 100 0001.rung4 200'
  same "$(starts "$folder" 3)" '0001.job 100 0001.rung1 100 0001.rung4 200 0001.rung5 200'
  [[ ! -e $folder/run/logs/0001.01-simulate.rung6.0.log ]] || not_ok 'a link that was not needed ran'
  same "$(find "$folder/run/work/.checkpoint/simulate" -name trace | wc -l)" 0 'no state is left'
  says 0 "./$folder/submit.sh"
  has 'Nothing to do'
done
ok 'on SLURM, both levels'

says 0 ./stopped/submit.sh
drained
says 0 ./stopped/submit.sh --status
same "$(starts stopped 3)" '0001.job 100 0001.rung1 100 0001.rung4 200 0002.job 100' 'it goes on from where it was'
same "$(starts stopped 2)" '0001.job 100 0001.rung4 200' 'what is done stays'
ok 'on SLURM, cancelled in between'
