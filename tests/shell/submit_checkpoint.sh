#!/usr/bin/env bash
# A process that is longer than its partition lets a job be, on a real SLURM: a chain of arrays, each from what the one before
# had written when it was told of its end. Then one that is cancelled on the way.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
slurm_cluster
flowc=${FLOWC:-$repository/target/debug/flowc}
scontrol update PartitionName=all MaxTime=1
cat >short.toml <<'TOML'
[[partition]]
name = "all"
time = "1m"
TOML

# 50 steps of a second, of a minute that SLURM may cut to half.
cat >long.flow <<'FLOW'
param steps: Int = 50
process simulate(seed: Int, steps: Int) -> (trace: File = "trace.txt") {
  cost 70s
  checkpoint "state/"
  script """
    trap 'echo start >>state/trace; exit 1' TERM
    step=$(grep -c step state/trace || :)
    while ((step < steps)); do
      sleep 1 & wait $!
      echo "step $((++step))" >>state/trace
    done
    cp state/trace "$trace"
  """
}
process all(traces: [File]) -> (steps: File = "steps.txt", starts: File = "starts.txt") {
  script """
    grep -h step "${traces[@]}" >"$steps"
    grep -hc start "${traces[@]}" >"$starts" || :
  """
}
workflow {
  for seed in 0..2 { s = simulate(seed, steps) }
  a = all(traces: s.trace)
  publish a.steps
  publish a.starts
}
FLOW
says 0 "$flowc" plan long.flow --site short.toml
has "4 starts of 1m, each from what the one before left in \`state\`"
says 0 "$flowc" long.flow -o out --site short.toml
says 0 ./out/submit.sh
has 'go on with what is cut off'
# Where a second takes longer than a second, four starts may be too few: then the next submission goes on.
for ((round = 0; round < 5; round++)); do
  drained
  ! ./out/submit.sh --status >"$base/said" 2>&1 || break
  says 0 ./out/submit.sh
done
same "$(grep -c . "$run/results/steps.txt")" 100 'all steps'
same "$(sort "$run/results/steps.txt" | uniq -c | awk '$1 != 2' | wc -l)" 0 'each step once, in each of two'
[[ -s $run/logs/0001.01-simulate.rung1.0.log ]] || not_ok 'the second link did not run'
! grep -qx 0 "$run/results/starts.txt" || not_ok 'one had all its time at once'
[[ ! -e $run/work/.checkpoint/simulate/seed=0 ]] || not_ok 'its state is still there'
says 0 ./out/submit.sh
has 'Nothing to do'
ok 'longer than a job may be'

# Cancelled on the way, then submitted anew.
rm -rf out
scontrol update PartitionName=all MaxTime=INFINITE
says 0 "$flowc" long.flow -o out --set steps=30
says 0 ./out/submit.sh
until grep -qs 'step 3' "$run"/work/.checkpoint/simulate/seed=1/*/*/trace; do sleep 0.2; done
says 0 ./out/submit.sh --cancel
drained
says 0 ./out/submit.sh
drained
says 0 ./out/submit.sh --status
same "$(grep -c . "$run/results/steps.txt")" 60 'all steps'
same "$(sort "$run/results/steps.txt" | uniq -c | awk '$1 != 2' | wc -l)" 0 'none twice'
grep -q 'goes on from the checkpoint of 0001' "$run"/logs/0002.01-simulate.*.log || not_ok 'it began anew'
ok 'cancelled on the way'
