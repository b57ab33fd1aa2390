#!/usr/bin/env bash
# A cluster that hands out whole nodes, by its partition or by select/linear: `flowc site probe` finds it, tasks stand side by
# side on the nodes, and one that is killed takes no other with it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
export FLOW_WAIT=0
flowc=${FLOWC:-$repository/target/debug/flowc}

# Three nodes have room for twelve tasks of one core, and for six of half a node's memory.
compile() {
  "$flowc" site probe --slots 3 --shards 2 >site.toml || not_ok 'the cluster is not probed'
  grep -qx 'nodes = "whole"' site.toml || not_ok 'that nodes are given whole is not found'
  # meet KIND.I N: says where it is, and waits until N of the kind are, then as long as the test wants
  cat >meet.sh <<'BASH'
meet() {
  echo "$1" >>"$RAN"
  echo "$SLURMD_NODENAME $SLURM_CPUS_ON_NODE ${SLURM_MEM_PER_NODE-}" >"$HERE/$1"
  echo "$PPID $BASHPID" >"$HERE/pids.$1"
  until (($(find "$HERE" -name "${1%.*}.*" | wc -l) >= $2)); do sleep 0.1; done
  while [[ -e $HERE/hold.${1%.*} ]]; do sleep 0.1; done
}
BASH
  cat >whole.flow <<'FLOW'
process work(i: Int) -> (square: Int) {
  uses "meet.sh"
  cost 1h
  script """
    source meet.sh
    meet "work.$i" 12
    echo "$((i * i))" > "$square"
  """
}
process large(i: Int, total: Int) -> (product: Int) {
  uses   "meet.sh"
  cost   1h
  memory 2000MB
  script """
    source meet.sh
    meet "large.$i" 6
    echo "$((i * total))" > "$product"
  """
}
process add(numbers: [Int]) -> (total: Int) {
  cost 1s
  script """
    IFS=+
    echo "$((${numbers[*]}))" > "$total"
  """
}
workflow {
  for i in 0..12 {
    w = work(i)
  }
  squares = add(numbers: w.square)
  for i in 0..6 {
    l = large(i, total: squares.total)
  }
  products = add(numbers: l.product)
  publish products.total as "total.txt"
}
FLOW
  "$flowc" whole.flow --site site.toml -o out >"$base/said" 2>&1 || not_ok 'it does not compile'
}

# all_here KIND N: so many wait for the test
all_here() { until (($(find "$HERE" -name "pids.$1.*" -size +0 | wc -l) == $2)); do sleep 0.1; done; }
# elements: how many run, on how many nodes of their own, with how many cores
elements() {
  squeue --noheader --array --states=RUNNING --format='%N %C' | sort -u | awk '{ cores += $2 } END { print NR, cores }'
}
# places KIND: how many tasks of the kind a node had, on how many nodes, and what each was told of cores and memory
places() { cat "$HERE/$1".* | sort | uniq -c | awk '{ print $1, $3, $4 }' | sort | uniq -c | xargs -L 1; }
# go_on KIND: what waits goes on, to the end of all
go_on() { rm -- "$HERE/hold.$1"; drained; }

side_by_side() { # OPTIONS OF THE CLUSTER
  local task script
  fresh
  export RAN=$base/ran HERE=$base/here
  mkdir "$HERE"
  : >"$HERE/hold.work"
  : >"$HERE/hold.large"
  slurm_cluster --nodes 3 --cpus 4 --memory 4000 "$@"
  compile
  grep -qx '#SBATCH --cpus-per-task=4' out/jobs/01-work.sbatch || not_ok 'a core a task'
  grep -qx '#SBATCH --mem=4000M' out/jobs/03-large.sbatch || not_ok 'the memory of both'

  says 0 ./out/submit.sh
  all_here work 12
  same "$(elements)" '3 12' 'twelve at once on three nodes'
  # A task is killed: the element and its other tasks are not.
  read -r task _ <"$HERE/pids.work.7"
  kill -KILL "$task"
  go_on work
  same "$(places work)" '3 4 1' 'four on each node'
  same "$(ran work) $(ran large)" '12 0' 'what waits for all is blocked'
  says 1 ./out/submit.sh --status
  has 'add.squares: 1 blocked by work[i=7]'
  [[ ! -e $run/work/work/i=7 ]] || not_ok 'it was killed'
  ok "$*: a task that is killed takes no other with it"

  says 0 ./out/submit.sh
  has 'Submitted 6 tasks in 4 jobs'
  all_here large 6
  same "$(elements)" '3 12' 'a node of which half the cores are asked for is given whole'
  # A script is killed, and its task is not.
  read -r _ script <"$HERE/pids.large.3"
  kill -KILL "$script"
  go_on large
  same "$(places large)" '3 2 2 2000' 'two on each node'
  same "$(ran work.7) $(ran work) $(ran large)" '2 13 6' 'only what was missing ran again'
  says 1 ./out/submit.sh --status
  has 'large: 1 failed (signal 9): i=3'

  says 0 ./out/submit.sh
  has 'Submitted 2 tasks in 2 jobs'
  drained
  says 0 ./out/submit.sh
  has 'Nothing to do'
  same "$(ran work) $(ran large.3) $(ran large)" '13 2 7'
  same "$(cat "$run/results/total.txt")" 7590
  ok "$*: only what is missing runs again"
}

(side_by_side --whole)
(side_by_side --conf SelectType=select/linear)
