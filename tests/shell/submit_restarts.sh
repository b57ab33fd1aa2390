#!/usr/bin/env bash
# Requeue, preemption, a crashed node, a restarted controller, on a real SLURM: work goes on where the records end, and the
# log of the first try is kept.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
slurm_cluster --conf PreemptType=preempt/partition_prio --conf PreemptMode=REQUEUE \
  --conf 'PartitionName=urgent Nodes=ALL PriorityTier=100 MaxTime=INFINITE'
flowc=${FLOWC:-$repository/target/debug/flowc}
cluster() { "$repository/tests/slurm/cluster" "$1" "$base/slurm" "${@:2}"; }

# A pack of six shards, which stops at the fourth while there is a file `hold`; then one more job.
cat >pack.flow <<FLOW
param version: Int = 0
process step(n: Int, version: Int) -> (o: File = "o.txt") {
  pack 6
  script """
    echo "step \$n \$version" >>'${base//\'/}/ran'
    while ((n == 3)) && [[ -e '${base//\'/}/hold' ]]; do sleep 0.2; done
    echo "\$n" >"\$o"
  """
}
process all(parts: [File]) -> (t: File = "t.txt") {
  script """
    cat "\${parts[@]}" | paste -s -d ' ' >"\$t"
  """
}
workflow {
  for n in 0..6 { s = step(n, version) }
  a = all(s.o)
  publish a.t
}
FLOW
round=0
half_way() {
  round=$((round + 1))
  : >"$base/ran"
  touch "$base/hold"
  says 0 "$flowc" pack.flow -o out --set "version=$round"
  says 0 ./out/submit.sh
  until (($(ran step) == 4)); do sleep 0.2; done
  job=$(awk '$1 == "01-step" { print $2 }' "$run/state/submissions/000$round/jobs.tsv")
  log=$run/logs/000$round.01-step.0.log
}
restarted() { # NAME: the fourth was tried twice, all others once; the log has both tries
  rm -f "$base/hold"
  drained
  says 0 ./out/submit.sh --status
  same "$(cat "$run/results/t.txt")" '0 1 2 3 4 5'
  same "$(cut -d ' ' -f2 "$base/ran" | paste -s -d ' ')" "0 1 2 3 $2" "$1: what ran"
  same "$(grep -c '^::flow begin step n=0 ' "$log")" "$3" "$1: the first try is in the log"
  same "$(grep -c '^::flow end step n=3 done' "$log")" 1 "$1: the end is in the log"
  says 0 ./out/submit.sh
  has 'Nothing to do'
  ok "$1"
}

half_way
scontrol requeue "${job}_0"
until grep -q 'ended by SIGTERM' "$log"; do sleep 0.2; done
rm "$base/hold"
restarted 'requeued' '3 4 5' 2

half_way
node=$(squeue --noheader --jobs="$job" --format=%N)
cluster crash "$node"
rm "$base/hold"
cluster up "$node"
restarted 'its node crashed' '3 4 5' 2

half_way
cluster controller stop
rm "$base/hold"
until (($(ran step) == 6)); do sleep 0.2; done
cluster controller start
restarted 'the controller was away' '4 5' 1

# Preempted: a job of a partition that goes first wants all nodes.
half_way
sbatch --partition=urgent --nodes=4 --exclusive --wrap=true --output=/dev/null >/dev/null
until grep -q 'ended by SIGTERM' "$log"; do sleep 0.2; done
rm "$base/hold"
restarted 'preempted' '3 4 5' 2
